// The panel's database, as a command opens it beside a panel that runs or does not.
import type { Log } from '#core/base/log.ts'
import type { Environment } from '#core/config/environment.ts'
import { type OpenDatabase, openDatabase } from '#core/db/open.ts'
import { becomeOwnerOf } from './become-owner.ts'
import { prepareDataFolder } from './data-folder.ts'

/** Without DATABASE_URL it lies in the data folder and lets only that folder's account in: root becomes it. */
export async function openCommandDatabase(
  { databaseUrl: url, dataDirectory }: Environment,
  log: Log,
): Promise<OpenDatabase> {
  if (url === undefined) {
    prepareDataFolder(dataDirectory)
    becomeOwnerOf(dataDirectory)
  }
  return await openDatabase({ url, dataDirectory, log, purpose: 'command' })
}
