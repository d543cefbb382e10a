// `stellar owner reset`: the owner's way back in, for who may read the panel's data folder. Printed here and nowhere else.
import { userInfo } from 'node:os'
import { makeRecovery, recoveryMinutes } from '#core/panel/accounts/recover.ts'
import { systemActor } from '#core/panel/activity/record.ts'
import { panelUrl } from '#core/panel/http/links.ts'
import { urls } from '#views/urls.ts'
import { openCommandDatabase } from './command-database.ts'
import { say } from './output.ts'
import { readSettings } from './settings.ts'

export async function resetOwner(): Promise<number> {
  const { environment, log } = await readSettings()
  // Who asked, before another account is taken on.
  const by = { ...systemActor, name: userInfo().username, via: 'command-line' } as const
  await using database = await openCommandDatabase(environment, log.with({ command: 'owner' }))
  const { email, secret } = await makeRecovery(database, by, Date.now())
  say(`Here ${email} gets back in, once, within ${recoveryMinutes} minutes:\n`)
  say(`    ${panelUrl(environment)}${urls.recover()}?token=${secret}\n`)
  say('The panel must run for that. This address is written nowhere else; a new one makes it void.')
  return 0
}
