// What is done to a server's files before each start: they belong to the game's user, and its configuration files carry
// the values of the plan.
import { chmod, stat } from 'node:fs/promises'
import { messageOf, PublicError } from '#core/base/errors.ts'
import { rewriteConfigFile } from '#core/domain/config-files.ts'
import type { RunSpec } from '#core/domain/plan.ts'
import { type Owner, openBeneath } from '#core/node/files/beneath.ts'

/** Attack list, row 10: what the node parses has a limit. */
const mostConfigBytes = 8 * 1024 ** 2

export async function prepareFiles(data: string, run: RunSpec, owner: Owner): Promise<void> {
  await giveTo(data, owner)
  await using files = await openBeneath(data)
  for (const { path, format, create, set } of run.configFiles) {
    try {
      const before = await files.read(path, mostConfigBytes)
      if (!before && !create) continue
      const text = before?.toString('utf8') ?? ''
      const after = rewriteConfigFile(format, text, set)
      if (after !== text || !before) await files.write(path, after, owner)
    } catch (error) {
      const why = error instanceof PublicError ? error.message : messageOf(error)
      throw new PublicError('config-file-failed', `The configuration file ${path} could not be written: ${why}`, {
        status: 409,
        hint: 'Correct or delete the file, then start the server again.',
        cause: error,
      })
    }
  }
}

/** Walks through everything only when the directory itself belongs to somebody else. */
export async function giveTo(data: string, owner: Owner): Promise<void> {
  const { uid, gid } = await stat(data)
  if (uid === owner.uid && gid === owner.gid) return
  await using files = await openBeneath(data)
  await files.own(owner)
  await chmod(data, 0o750)
}
