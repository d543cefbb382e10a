// One command of the program as a process, to its end: what it says, and with what it ends.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  /** Lines of standard error without the log, which is JSON. */
  readonly sentences: string[]
  readonly everything: string
}

export interface CommandOptions {
  readonly data: string
  readonly input?: string
  /** Undefined takes a variable away. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Runs as this user and group. */
  readonly account?: number | undefined
  /** Instead of Node and the entry from source, e.g. a built executable. */
  readonly program?: readonly [string, ...string[]]
}

const fromSource = [process.execPath, '--import', './core/bootstrap/tsx.mjs', 'core/cli.ts'] as const

export async function runCommand(
  args: readonly string[],
  { data, input = '', environment, account, program = fromSource }: CommandOptions,
): Promise<Ended> {
  const [file, ...before] = program
  const child = spawn(file, [...before, ...args], {
    stdio: 'pipe',
    ...(account === undefined ? {} : { uid: account, gid: account }),
    env: { ...process.env, STELLAR_DATA: data, STELLAR_PORT: '0', STELLAR_LINK_PORT: '0', ...environment },
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000)
  const text = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (text.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (text.stderr += chunk.toString()))
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const [code] = (await once(child, 'close')) as [number | null]
  clearTimeout(timer)
  const sentences = text.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{'))
  return { code, stdout: text.stdout, sentences, everything: text.stdout + text.stderr }
}
