// One program to its end: what it wrote, and how it ended. Every wait has a deadline.
import { spawn } from 'node:child_process'
import { messageOf } from '#core/base/errors.ts'
import type { Account } from '#core/base/owner.ts'

export interface ChildOptions {
  readonly deadlineMs: number
  readonly input?: string
  /** Instead of this process's. */
  readonly env?: NodeJS.ProcessEnv
  /** Instead of this process's; undefined as well. */
  readonly account?: Account | undefined
}

export interface Ended {
  /** Null when it was killed, e.g. at the deadline; undefined when it could not be started. */
  readonly code: number | null | undefined
  readonly stdout: string
  /** The last line that is no line of the log: what a person would have read. */
  readonly complaint: string
}

const mostOutput = 64 * 1024

export async function run(program: string, args: readonly string[], options: ChildOptions): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>()
  const text = { stdout: '', stderr: '' }
  const end = (code: Ended['code'], failure = '') => {
    const lines = `${text.stderr}\n${failure}`.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('{'))
    resolve({ code, stdout: text.stdout.trim(), complaint: lines.at(-1)?.replace(/^stellar: /, '') ?? '' })
  }
  try {
    const child = spawn(program, [...args], { stdio: 'pipe', env: options.env ?? process.env, ...options.account })
    const timer = setTimeout(() => child.kill('SIGKILL'), options.deadlineMs)
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (chunk: Buffer) => {
        text[name] = (text[name] + chunk.toString()).slice(-mostOutput)
      })
    }
    child.stdin.on('error', () => {}) // it may not read it
    child.stdin.end(options.input ?? '')
    child.once('error', (error) => {
      clearTimeout(timer)
      end(undefined, messageOf(error))
    })
    child.once('close', (code) => {
      clearTimeout(timer)
      end(code, code === null ? `it did not end within ${options.deadlineMs / 1000} s` : '')
    })
  } catch (error) {
    end(undefined, messageOf(error)) // e.g. EACCES, which is thrown
  }
  return await promise
}
