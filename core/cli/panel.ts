// `stellar panel`: the panel alone.

import { say } from './output.ts'
import { greeting, runPanel } from './run-panel.ts'
import { readSettings } from './settings.ts'
import { endWithin, untilTold } from './until-told.ts'

export async function panel(): Promise<number> {
  const told = untilTold()
  const settings = await readSettings({ plugins: true })
  const running = await runPanel(settings)
  say(greeting(running, settings.environment.dataDirectory))
  await told
  await endWithin(25, running)
  return 0
}
