// `stellar keys rotate`: a new key for the secrets in the database, while the panel runs.
import { userInfo } from 'node:os'
import { type Rotation, rotateSecrets } from '#core/auth/rotate-secrets.ts'
import { record, systemActor } from '#core/panel/activity/record.ts'
import { becomeOwnerOf } from './become-owner.ts'
import { openCommandDatabase } from './command-database.ts'
import { prepareDataFolder } from './data-folder.ts'
import { say } from './output.ts'
import { readSettings } from './settings.ts'

export async function rotateKeys(): Promise<number> {
  const { environment, log } = await readSettings()
  const { dataDirectory } = environment
  // Who asked, before another account is taken on.
  const by = { ...systemActor, name: userInfo().username, via: 'command-line' } as const
  // The keys lie there wherever the database is.
  prepareDataFolder(dataDirectory)
  becomeOwnerOf(dataDirectory)
  await using database = await openCommandDatabase(environment, log.with({ command: 'keys' }))
  const rotation = await rotateSecrets(database, { dataDirectory, environment: process.env })
  const { kind, renewed } = rotation
  await database.withSystem((tx) => record(tx, by, { action: 'panel.keys.rotate', meta: { kind, renewed } }))
  for (const line of told(rotation)) say(line)
  return 0
}

function told({ kind, renewed, unreadable }: Rotation): string[] {
  const values = renewed === 1 ? '1 secret' : `${renewed} secrets`
  return [
    ...words(kind, values),
    ...(unreadable === 0
      ? []
      : [`${unreadable} were sealed with a key that is not here, or are none; they are as they were.`]),
  ]
}

function words(kind: Rotation['kind'], values: string): string[] {
  switch (kind) {
    case 'new-key':
      return [
        `There is a new key, and ${values} in the database were sealed with it. A running panel uses it already.`,
        'The key of before is kept in panel/secret.key.old: it opens older backups that were sealed with it. Delete it when there are none.',
      ]
    case 'resumed':
      return [
        `An earlier rotation is now finished: ${values} were sealed with the present key. Run this again for another key.`,
      ]
    case 'environment':
      return [
        `${values} were sealed with the key that the environment sets. STELLAR_SECRET_KEY_OLD can go once every panel has the new key.`,
      ]
  }
}
