// What every command starts from: the environment, the configuration file, and a log.

import config from '#config'
import { type Log, openLog } from '#core/base/log.ts'
import { textLog } from '#core/base/log-text.ts'
import { nearest } from '#core/base/nearest.ts'
import { singleFile } from '#core/base/single-file.ts'
import { type LoadedConfig, loadConfig } from '#core/config/load-config.ts'
import { variables } from '#core/config/variables.ts'
import { readOwnConfig } from './own-config.ts'

export interface SettingsOptions {
  /** Of the operator's file too: it is run here, whoever could change it. */
  readonly plugins?: boolean
}

export interface Settings extends LoadedConfig {
  readonly log: Log
}

/** Throws PublicError `wrong-setting` and the like. The log is JSON, but for a person at a terminal. */
export async function readSettings(options?: SettingsOptions): Promise<Settings> {
  const loaded = await loadSettings(options)
  const { environment } = loaded
  const log = openLog(environment.logLevel, process.stderr.isTTY ? textLog(process.stderr) : process.stderr)
  for (const name of environment.unknown) {
    log.warn('This variable means nothing to Stellar', { name, meant: nearest(name, variables) })
  }
  return { ...loaded, log }
}

export async function loadSettings({ plugins = false }: SettingsOptions = {}): Promise<LoadedConfig> {
  return await loadConfig({
    env: process.env,
    cwd: process.cwd(),
    program: singleFile && process.execPath,
    builtIn: config,
    ...(plugins ? {} : { read: (file: string) => readOwnConfig(file, process.env) }),
  })
}
