// A new key for stored secrets: made beside the old one, then every sealed text of the database is sealed anew, a batch in a
// transaction. What was done stays done: killed half-way, the next call goes on where it stopped, and until then both keys
// open. A running panel takes the new key up by itself.
import type { Database } from '#core/db/database.ts'
import { type SealedColumn, sealedColumns } from '#core/db/sealed-columns.ts'
import { findVersions, lockBatch, oneRotation, writeText } from './sealed-store.ts'
import { addKey, findKeys, type SecretsOptions } from './secret-keys.ts'
import { otherKey, type SecretBox, sealedText, secretBox } from './secrets.ts'

export interface Rotation {
  /** `resumed`: an earlier one had not ended; `environment`: to the key that is set there. */
  readonly kind: 'new-key' | 'resumed' | 'environment'
  readonly renewed: number
  /** Look like sealed texts and are none of this panel's keys. */
  readonly unreadable: number
}

/** A panel that had begun to write with the old key ends within seconds; more passes would find the same again. */
const mostPasses = 3

export async function rotateSecrets(database: Database, options: SecretsOptions): Promise<Rotation> {
  const kind = await database.withSystem(async (tx) => {
    await oneRotation(tx)
    const source = await findKeys({ ...options, make: false })
    const box = secretBox(source)
    const found = await findVersions(tx)
    const known = box.versions().filter((version) => found.has(version))
    if (found.size > 0 && known.length === 0) throw otherKey()
    if (source.file === undefined) return 'environment'
    if (known.some((version) => version !== box.version())) return 'resumed'
    await addKey(source.file)
    return 'new-key'
  })
  const box = secretBox(await findKeys(options))
  let renewed = 0
  let unreadable = 0
  for (let pass = 0; pass < mostPasses; pass++) {
    const before = renewed
    unreadable = 0
    for (const column of sealedColumns) {
      const done = await renewColumn(database, column, box)
      renewed += done.renewed
      unreadable += done.unreadable
    }
    if (renewed === before) break
  }
  return { kind, renewed, unreadable }
}

async function renewColumn(database: Database, column: SealedColumn, box: SecretBox) {
  let after = ''
  let renewed = 0
  let unreadable = 0
  for (;;) {
    const rows = await database.withSystem(async (tx) => {
      const found = await lockBatch(tx, column, box.version(), after)
      for (const row of found) {
        const done = renewText(row.text, box)
        if (done.renewed > 0) await writeText(tx, column, row.id, done.text)
        renewed += done.renewed
        unreadable += done.unreadable
      }
      return found
    })
    const last = rows.at(-1)
    if (!last) return { renewed, unreadable }
    after = last.id
  }
}

function renewText(text: string, box: SecretBox) {
  let renewed = 0
  let unreadable = 0
  const changed = text.replace(sealedText, (sealed, version: string) => {
    if (version === box.version()) return sealed
    try {
      const again = box.encrypt(box.decrypt(sealed))
      renewed += 1
      return again
    } catch {
      // Of a key that is gone, or something that somebody typed: it is no worse than before.
      unreadable += 1
      return sealed
    }
  })
  return { text: changed, renewed, unreadable }
}
