// `stellar migrate`: brings the database up to date and ends; for those who want it done before the panel starts.
import { openDatabase } from '#core/db/open.ts'
import { becomeOwnerOf } from './become-owner.ts'
import { prepareDataFolder } from './data-folder.ts'
import { say } from './output.ts'
import { readSettings } from './settings.ts'

export async function migrate(): Promise<number> {
  const { environment, log } = await readSettings()
  if (environment.databaseUrl === undefined) {
    prepareDataFolder(environment.dataDirectory)
    becomeOwnerOf(environment.dataDirectory)
  }
  await using database = await openDatabase({
    url: environment.databaseUrl,
    dataDirectory: environment.dataDirectory,
    log,
    purpose: 'command',
  })
  say(`${database.description} is up to date.`)
  return 0
}
