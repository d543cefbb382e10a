// API v1 as the commands use it: JSON in and out, and every way in which it can fail as one sentence.
import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from '#core/base/errors.ts'
import { exits, Refused } from '#core/cli/exit.ts'

const requestMs = 30_000
/** A panel that asks for patience gets it, up to this. */
const longestPatienceMs = 15_000

export interface Api {
  /** Without a slash at the end. */
  readonly url: string
  readonly key: string
  get<T>(path: string): Promise<T>
  post<T>(path: string, body?: unknown): Promise<T>
  delete<T>(path: string): Promise<T>
  /** All items of a list, page by page. */
  all<T>(path: string): Promise<T[]>
}

export function openApi({ url, key }: { readonly url: string; readonly key: string }, deadlineMs = requestMs): Api {
  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    for (let patience = longestPatienceMs; ; ) {
      const response = await send(method, path, body)
      const waitMs = Number(response.headers.get('retry-after') ?? 'none') * 1000
      if (response.status === 429 && waitMs > 0 && waitMs <= patience) {
        patience -= waitMs
        await delay(waitMs)
        continue
      }
      return await answerOf<T>(response, url)
    }
  }

  async function send(method: string, path: string, body: unknown): Promise<Response> {
    try {
      return await fetch(`${url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // The key is for this address and no other.
        redirect: 'manual',
        signal: AbortSignal.timeout(deadlineMs),
      })
    } catch (error) {
      throw unreachable(url, error)
    }
  }

  return {
    url,
    key,
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    delete: (path) => call('DELETE', path),
    async all<T>(path: string) {
      const items: T[] = []
      for (let cursor = ''; ; ) {
        const page = await call<{ data: T[]; next: string | null }>(
          'GET',
          `${path}${path.includes('?') ? '&' : '?'}limit=200${cursor}`,
        )
        items.push(...page.data)
        if (page.next === null) return items
        cursor = `&cursor=${encodeURIComponent(page.next)}`
      }
    },
  }
}

async function answerOf<T>(response: Response, url: string): Promise<T> {
  const { status, headers } = response
  if (status === 204) return undefined as T
  if (status >= 300 && status < 400) {
    throw new Refused(
      exits.failed,
      'redirected',
      `${url} sends on to ${headers.get('location') ?? 'another address'}.`,
      {
        hint: 'Sign in to the address it sends to: `stellar login ADDRESS`.',
      },
    )
  }
  let body: unknown
  try {
    body = await response.json()
  } catch (cause) {
    throw new Refused(exits.failed, 'no-panel', `${url} does not answer like a Stellar panel (status ${status}).`, {
      hint: 'Is it the address of the panel, or of a proxy whose panel is away?',
      cause,
    })
  }
  if (response.ok) return body as T
  throw problemOf(status, body)
}

/** What the API refused, with all that it said about it. */
function problemOf(status: number, body: unknown): Refused {
  const problem = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  const { title, code, detail, fields, type: _type, ...details } = problem
  const wrong = Object.entries((fields ?? {}) as Record<string, string>).map(([field, sentence]) =>
    field === '' ? sentence : `${field}: ${sentence}`,
  )
  const said = typeof title === 'string' ? title : `The panel refused with status ${status}.`
  return new Refused(
    exitBy(status),
    typeof code === 'string' ? code : 'refused',
    wrong.length > 0 ? wrong.join(' ') : said,
    {
      status,
      ...(typeof detail === 'string' ? { hint: detail } : {}),
      details: { ...details, ...(fields === undefined ? {} : { fields }) },
    },
  )
}

function exitBy(status: number): Refused['exit'] {
  if (status === 401 || status === 403) return exits.forbidden
  if (status === 404) return exits.notFound
  if (status === 409) return exits.conflict
  if (status === 422) return exits.usage
  if (status === 502 || status === 503 || status === 504) return exits.unreachable
  return exits.failed
}

function unreachable(url: string, error: unknown): Refused {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const untrusted = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)
  return new Refused(exits.unreachable, 'panel-unreachable', `${url} cannot be reached: ${reason(code, cause)}.`, {
    hint: untrusted
      ? 'If you trust its certificate, name the file of its authority in NODE_EXTRA_CA_CERTS.'
      : 'Is the address right, and the panel running?',
    cause: error,
  })
}

function reason(code: string, cause: unknown): string {
  if (cause instanceof DOMException && cause.name === 'TimeoutError') return 'it did not answer in time'
  switch (code) {
    case 'ECONNREFUSED':
      return 'nothing listens there'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'its name is not known'
    case 'ECONNRESET':
    case 'UND_ERR_SOCKET':
      return 'the connection broke off'
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return 'no way leads there'
    default:
      return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)
        ? `its certificate is not trusted (${code})`
        : messageOf(cause).replace(/\.$/, '')
  }
}
