// The whole program as a user starts it: `stellar up` as a process, with a data folder of its own, and a client that
// speaks API v1 to it.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromSource } from './command.ts'

export interface StellarOptions {
  /** Reused, and then not removed, when given. */
  readonly data?: string
  readonly environment?: Readonly<Record<string, string>>
  /** `up` unless given. */
  readonly command?: readonly string[]
  /** Instead of Node and the entry from source, e.g. a built executable. */
  readonly program?: readonly [string, ...string[]]
  /** Runs as this user and group. */
  readonly account?: number
}

export interface Stellar extends AsyncDisposable {
  readonly url: string
  readonly data: string
  readonly pid: number
  /** Everything it has written so far. */
  output(): string
  /** Resolves with the first match of what it writes; rejects after the deadline with the output. */
  said(pattern: RegExp, deadlineMs?: number): Promise<RegExpExecArray>
  api: Api
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

export const owner = { email: 'owner@stellar.example', password: 'correct horse battery staple' }

/** Starts it and waits until the panel answers. */
export async function startStellar(options: StellarOptions = {}): Promise<Stellar> {
  const data = options.data ?? mkdtempSync(join(tmpdir(), 'stellar-e2e-'))
  const keyFile = join(data, 'owner.key')
  const [program, ...before] = options.program ?? fromSource
  const child = spawn(program, [...before, ...(options.command ?? ['up'])], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.account === undefined ? {} : { uid: options.account, gid: options.account }),
    env: {
      ...process.env,
      STELLAR_DATA: data,
      STELLAR_PORT: '0',
      STELLAR_LINK_PORT: '0',
      STELLAR_OWNER_EMAIL: owner.email,
      STELLAR_OWNER_PASSWORD: owner.password,
      STELLAR_OWNER_API_KEY_FILE: keyFile,
      ...options.environment,
    },
  })
  const listen = listening(child)
  const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)))
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    const timer = setTimeout(() => child.kill('SIGKILL'), 30_000)
    const code = await ended
    clearTimeout(timer)
    return code
  }
  let url = ''
  try {
    url = (await listen.said(/(http:\/\/[\w.:[\]-]+)/, 90_000))[1] ?? ''
  } catch (error) {
    await stop('SIGKILL')
    throw error
  }
  return {
    url,
    data,
    pid: child.pid ?? 0,
    output: listen.output,
    said: listen.said,
    stop,
    api: apiClient(url, () => readFileSync(keyFile, 'utf8').trim()),
    async [Symbol.asyncDispose]() {
      await stop()
      if (!options.data) rmSync(data, { recursive: true, force: true })
    },
  }
}

/** What a process writes, as it comes. */
export function listening(child: ChildProcess) {
  let text = ''
  const heard = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (data: Buffer) => {
      text += data.toString()
      for (const look of heard) look()
    })
  }
  const said = (pattern: RegExp, deadlineMs = 30_000) =>
    new Promise<RegExpExecArray>((done, fail) => {
      const end = (result: () => void) => {
        clearTimeout(timer)
        heard.delete(look)
        child.off('exit', gone)
        result()
      }
      const look = () => {
        const match = pattern.exec(text)
        if (match) end(() => done(match))
      }
      const gone = () => end(() => fail(new Error(`It ended before it said ${pattern}:\n${text}`)))
      const timer = setTimeout(
        () => end(() => fail(new Error(`It did not say ${pattern} within ${deadlineMs} ms:\n${text}`))),
        deadlineMs,
      )
      heard.add(look)
      child.once('exit', gone)
      look()
    })
  return { said, output: () => text }
}

interface ApiAnswer<T> {
  readonly status: number
  readonly body: T
}

interface Api {
  <T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<ApiAnswer<T>>
  /** Asks again and again, in turns of 150 ms, until the answer pleases; rejects after the deadline with the last answer. */
  until<T = Record<string, unknown>>(path: string, pleases: (body: T) => boolean, deadlineMs?: number): Promise<T>
  /** The `Authorization` header's value. */
  authorization(): string
}

function apiClient(url: string, key: () => string): Api {
  const authorization = () => `Bearer ${key()}`
  const call = async <T>(method: string, path: string, body?: unknown): Promise<ApiAnswer<T>> => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        authorization: authorization(),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    })
    const text = await response.text()
    return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T }
  }
  const until = async <T>(path: string, pleases: (body: T) => boolean, deadlineMs = 60_000): Promise<T> => {
    const deadline = performance.now() + deadlineMs
    for (;;) {
      const { status, body } = await call<T>('GET', path)
      if (status === 200 && pleases(body)) return body
      if (performance.now() > deadline)
        throw new Error(
          `${path} did not come to that within ${deadlineMs} ms; it says ${status} ${JSON.stringify(body)}`,
        )
      await new Promise((done) => setTimeout(done, 150))
    }
  }
  return Object.assign(call, { until, authorization })
}
