// What every command starts from: the environment, the configuration file, and a log.

import { type Log, openLog } from '#core/base/log.ts'
import { textLog } from '#core/base/log-text.ts'
import { type Environment, readEnvironment } from '#core/config/environment.ts'

export interface Settings {
  readonly environment: Environment
  readonly log: Log
}

/** Throws PublicError `wrong-setting`. The log is JSON, but for a person at a terminal. */
export function readSettings(): Settings {
  const environment = readEnvironment(process.env)
  const log = openLog(environment.logLevel, process.stderr.isTTY ? textLog(process.stderr) : process.stderr)
  for (const name of environment.unknown) log.warn('This variable means nothing to Stellar', { name })
  return { environment, log }
}

/** A sentence for the person who started it; the log goes elsewhere. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
