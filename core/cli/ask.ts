// What is asked of the person at the terminal, and what comes on standard input where there is none.
import { createInterface, type Interface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { isatty } from 'node:tty'
import { exits, Refused, usage } from './exit.ts'

/** A secret on standard input is one line of at most this many characters. */
const longestSecret = 1024

/** Typed without an echo on a terminal, else the first line of standard input: never an argument, which others can see. */
export async function askSecret(what: string): Promise<string> {
  const terminal = isatty(0)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: terminal ? silent : undefined, terminal })
  try {
    if (!terminal) {
      for await (const line of lines) return line.slice(0, longestSecret)
      throw usage(`No ${what.toLowerCase()} came on standard input.`)
    }
    process.stdout.write(`${what} (it is not shown): `)
    const typed = await answerTo(lines, '')
    process.stdout.write('\n')
    return typed
  } finally {
    lines.close()
  }
}

/** Undefined where nobody can answer, or nobody does within the time. */
export async function ask(question: string, options: { readonly withinMs?: number } = {}): Promise<string | undefined> {
  if (!isatty(0)) return undefined
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: true })
  const late = options.withinMs === undefined ? undefined : AbortSignal.timeout(options.withinMs)
  try {
    return (await answerTo(lines, question, late)).trim()
  } catch (error) {
    if (!late?.aborted) throw error
    process.stderr.write('\n')
    return undefined
  } finally {
    lines.close()
  }
}

/** Ctrl-C and Ctrl-D at a question are a way out, not a failure of the program. */
async function answerTo(lines: Interface, question: string, signal?: AbortSignal): Promise<string> {
  try {
    return await lines.question(question, signal ? { signal } : {})
  } catch (error) {
    if (signal?.aborted || !(error instanceof Error && error.name === 'AbortError')) throw error
    process.stderr.write('\n')
    throw new Refused(exits.left, 'left', 'Left at the question; nothing was done.', { cause: error })
  }
}
