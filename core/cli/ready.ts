// `stellar ready`: whether the panel of this machine can do its work, for health checks of containers and for scripts.
import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from '#core/base/errors.ts'
import { urls } from '#views/urls.ts'
import { exits, Refused, usage } from './exit.ts'
import { say } from './output.ts'
import { loadSettings } from './settings.ts'

const askMs = 5_000
const againMs = 250
const longestWaitSeconds = 3600

export async function ready({ wait = '0' }: { readonly wait?: string }): Promise<number> {
  const seconds = /^\d{1,4}$/.test(wait) ? Number(wait) : Number.NaN
  if (!(seconds <= longestWaitSeconds))
    throw usage(`--wait takes seconds from 0 to ${longestWaitSeconds}; it is “${wait}”.`)
  const { host, port } = (await loadSettings()).environment
  if (port === 0)
    throw usage(
      'STELLAR_PORT is 0, any free port, so nobody knows which one to ask.',
      'Set it to the port that the panel says it listens on.',
    )
  const url = readyAddress({ host, port })
  for (const until = Date.now() + seconds * 1000; ; await delay(againMs)) {
    const trouble = await askReady(url)
    if (trouble === undefined) {
      say('ready')
      return 0
    }
    if (Date.now() >= until)
      throw new Refused(exits.unreachable, 'not-ready', `The panel at ${url} is not ready: ${trouble}.`)
  }
}

/** What is wrong, in words; undefined: nothing. */
export async function askReady(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(askMs), redirect: 'error' })
    const { checks = {} } = (await response.json()) as { checks?: Record<string, unknown> }
    if (response.status === 200 && 'database' in checks) return undefined
    const failed = Object.keys(checks).filter((name) => checks[name] !== 'ok')
    return failed.length > 0 ? `its ${failed.join(' and ')} failed` : 'something else than a panel answers there'
  } catch (error) {
    if (error instanceof SyntaxError) return 'something else than a panel answers there'
    return `it does not answer (${messageOf(error instanceof Error && error.cause ? error.cause : error)})`
  }
}

export function readyAddress({ host, port }: { readonly host: string; readonly port: number }): string {
  return `http://${onThisMachine(host)}:${port}${urls.ready()}`
}

/** A panel that listens everywhere is reached on loopback. */
function onThisMachine(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
