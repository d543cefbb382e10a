// `stellar migrate`: brings the database up to date and ends; for those who want it done before the panel starts.
import { openCommandDatabase } from './command-database.ts'
import { say } from './output.ts'
import { readSettings } from './settings.ts'

export async function migrate(): Promise<number> {
  const { environment, log } = await readSettings()
  await using database = await openCommandDatabase(environment, log)
  say(`${database.description} is up to date.`)
  return 0
}
