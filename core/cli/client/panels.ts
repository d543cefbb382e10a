// Panels that somebody is signed in to: addresses and API keys, in one file that nobody else may read.
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { PublicError } from '#core/base/errors.ts'

const storedSchema = z.strictObject({
  current: z.string().optional(),
  panels: z.record(z.string(), z.strictObject({ url: z.url(), key: z.string().min(1) })),
})

export interface StoredPanel {
  readonly url: string
  readonly key: string
}
export interface StoredPanels {
  /** The one that commands speak to unless told otherwise. */
  readonly current?: string | undefined
  readonly panels: Readonly<Record<string, StoredPanel>>
}

export function panelsFile(environment: NodeJS.ProcessEnv = process.env): string {
  const { XDG_CONFIG_HOME, APPDATA } = environment
  const base = XDG_CONFIG_HOME || (process.platform === 'win32' && APPDATA) || join(homedir(), '.config')
  return join(base, 'stellar', 'panels.json')
}

/** Throws when the file is not ours alone, or not what we wrote. */
export function readPanels(file = panelsFile()): StoredPanels {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
    // Windows keeps a person's folder to that person by itself.
    if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
      throw new PublicError('open-key-file', `${file} holds keys and can be read by others.`, {
        hint: `Run \`chmod 600 ${file}\`; if somebody may have read it, revoke the keys on the account page.`,
      })
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { panels: {} }
    throw error
  }
  try {
    return storedSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new PublicError('broken-key-file', `${file} is not what \`stellar login\` wrote.`, {
      hint: 'Remove it and sign in again.',
      cause,
    })
  }
}

/** Whole or not at all, and never readable by others, not even for a moment. */
export function writePanels(stored: StoredPanels, file = panelsFile()): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const fresh = `${file}.${process.pid}`
  try {
    writeFileSync(fresh, `${JSON.stringify(stored, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' })
    chmodSync(fresh, 0o600)
    renameSync(fresh, file)
  } catch (error) {
    rmSync(fresh, { force: true })
    throw error
  }
}
