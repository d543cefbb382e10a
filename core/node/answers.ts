// The panel's requests, each answered once: with a result, with a refusal a person may read, or within 30 s not at all.
import { PublicError } from '#core/base/errors.ts'
import type { Log } from '#core/base/log.ts'
import { maxTextBytes } from '#core/protocol/codec.ts'
import { type FromPanel, type RequestMethod, type RequestParams, requestMethods } from '#core/protocol/messages.ts'
import { maxStreams } from '#core/protocol/outgoing-streams.ts'
import type { Session } from '#core/protocol/session.ts'
import type { NodeCommands } from './context.ts'
import { within } from './within.ts'

/** The panel keeps at most 1000 open; what is slow at the node must not pile up beyond this. */
const maxAtOnce = 200
const deadlineMs = 30_000
/** What JSON adds around a text. */
const envelopeBytes = 1000

type Request = Extract<FromPanel, { type: 'request' }>
type Handlers = { readonly [M in RequestMethod]: (params: RequestParams<M>) => unknown }

export interface AnswersOptions {
  readonly session: Session
  readonly commands: NodeCommands
  renewed(certificate: string): void
  readonly log: Log
}

/** Answers one request. Never rejects. */
export function createAnswers({
  session,
  commands,
  renewed,
  log,
}: AnswersOptions): (request: Request) => Promise<void> {
  let busy = 0
  const closedEarly = new Set<number>()
  const opening = new Set<number>()

  async function openStream(params: RequestParams<'console.read'>): Promise<object> {
    const { stream } = params
    if (session.outgoing.size + opening.size >= maxStreams) throw tooBusy('Too many consoles are open on this node.')
    opening.add(stream)
    try {
      const source = await commands.read(params)
      if (session.open && !closedEarly.has(stream)) session.outgoing.open(stream, source)
      else source[Symbol.dispose]()
      return {}
    } finally {
      opening.delete(stream)
      closedEarly.delete(stream)
    }
  }

  const handlers: Handlers = {
    'console.read': openStream,
    'console.close': ({ stream }) => {
      if (opening.has(stream)) closedEarly.add(stream)
      session.outgoing.close(stream)
      return {}
    },
    'console.write': async (params) => {
      await commands.write(params)
      return {}
    },
    'console.history': async (params) => fitText(await commands.history(params), 'newest last'),
    'console.search': async (params) => fitText(await commands.search(params), 'newest first'),
    'node.status': () => commands.status(),
    'certificate.renew': ({ certificate }) => {
      renewed(certificate)
      return {}
    },
  }

  async function perform({ method, params }: Request): Promise<unknown> {
    if (!isMethod(method)) {
      throw new PublicError('unknown-method', `This node does not know “${method}”.`, {
        status: 501,
        hint: 'Update the node.',
      })
    }
    if (busy >= maxAtOnce) throw tooBusy('The node has too many open requests.')
    const checked = requestMethods[method].params.safeParse(params)
    if (!checked.success) throw new PublicError('bad-request', `The node did not understand ${method}.`)
    busy += 1
    const handle = handlers[method] as (params: unknown) => unknown // params were checked against this method's schema
    const work = (async () => handle(checked.data))().finally(() => {
      busy -= 1
    })
    return await within(deadlineMs, work, tooSlow)
  }

  return async function answer(request) {
    const { id } = request
    try {
      session.send({ type: 'answer', id, ok: true, result: await perform(request) })
    } catch (error) {
      if (!(error instanceof PublicError)) log.error('a request of the panel failed', { method: request.method, error })
      session.send({ type: 'answer', id, ok: false, error: shown(error) })
    }
  }
}

function isMethod(method: string): method is RequestMethod {
  return Object.hasOwn(requestMethods, method)
}

function shown(error: unknown): { code: string; message: string; status: number } {
  if (error instanceof PublicError) return { code: error.code, message: error.message, status: error.status }
  return { code: 'node-failed', message: 'The node failed at this; its log says why.', status: 500 }
}

function tooBusy(sentence: string): PublicError {
  return new PublicError('node-busy', sentence, { status: 503, hint: 'Try again in a moment.' })
}

function tooSlow(): PublicError {
  return new PublicError('node-timeout', `The node did not finish within ${deadlineMs / 1000} s.`, { status: 504 })
}

/** Escape sequences grow sixfold in JSON: older records go until the rest fits into one message. */
function fitText(result: { text: string; more: boolean }, order: 'newest first' | 'newest last'): typeof result {
  let { text } = result
  while (Buffer.byteLength(JSON.stringify(text)) > maxTextBytes - envelopeBytes) {
    const middle = text.indexOf('\n', text.length / 2) + 1
    if (middle === 0 || middle === text.length) return { text: '', more: true } // one record of absurd size
    text = order === 'newest first' ? text.slice(0, middle) : text.slice(middle)
  }
  return { text, more: result.more || text !== result.text }
}
