// One command of the program as a process, to its end: what it says, and with what it ends.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** Lines of standard error without the log, which is JSON. */
  readonly sentences: string[]
  readonly everything: string
}

export interface CommandOptions {
  readonly data?: string
  readonly input?: string
  /** Undefined takes a variable away. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Runs as this user and group. */
  readonly account?: number | undefined
  /** With a terminal on both sides; then both outputs are `stdout`. */
  readonly terminal?: boolean
  /** Standard input stays open; once it has said that it gets a SIGINT, or at a terminal a Ctrl-D. */
  readonly leaveAfter?: RegExp
  readonly cwd?: string
  /** Instead of Node and the entry from source, e.g. a built executable. */
  readonly program?: readonly [string, ...string[]]
}

export const fromSource = [
  process.execPath,
  '--import',
  resolve('core/bootstrap/tsx.mjs'),
  resolve('core/cli.ts'),
] as const

export async function runCommand(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  const { data, input = '', environment, account, terminal = false, leaveAfter, cwd, program = fromSource } = options
  const own = [...program, ...args]
  const [file, ...rest] = terminal ? (['script', '-qec', own.map(quoted).join(' '), '/dev/null'] as const) : own
  const child = spawn(file ?? '', rest, {
    stdio: 'pipe',
    ...(account === undefined ? {} : { uid: account, gid: account }),
    ...(cwd === undefined ? {} : { cwd }),
    env: {
      ...process.env,
      ...(data === undefined ? {} : { STELLAR_DATA: data }),
      STELLAR_PORT: '0',
      STELLAR_LINK_PORT: '0',
      ...environment,
    },
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000)
  const text = { stdout: '', stderr: '' }
  let leaving = false
  const hear = (name: 'stdout' | 'stderr') => (chunk: Buffer) => {
    text[name] += chunk.toString()
    if (leaving || !leaveAfter?.test(text[name])) return
    leaving = true
    if (terminal) child.stdin.end('\u0004')
    else child.kill('SIGINT')
  }
  child.stdout.on('data', hear('stdout'))
  child.stderr.on('data', hear('stderr'))
  child.stdin.on('error', () => undefined)
  child.stdin.write(input)
  if (!leaveAfter) child.stdin.end()
  const [code] = (await once(child, 'close')) as [number | null]
  clearTimeout(timer)
  const sentences = text.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{'))
  return { code, ...text, sentences, everything: text.stdout + text.stderr }
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`
