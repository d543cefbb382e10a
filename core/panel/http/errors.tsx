// Every refusal and failure becomes an answer here: a page, a toast or problem details, always with the id that the
// log line carries.
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { messageOf, PublicError } from '#core/base/errors.ts'
import { refusalsOf } from '#core/panel/activity/refusals.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { ids } from '#views/ids.ts'
import type { Shell } from '#views/models.ts'
import { ErrorPage } from '#views/pages/error.tsx'
import { NotFoundPage } from '#views/pages/not-found.tsx'
import { Flash } from '#views/partials/flash.tsx'
import { urls } from '#views/urls.ts'
import { answerText } from './answer.ts'
import { isApi } from './identity.ts'
import { notFound, problemOf, unexpected } from './problem.ts'
import { instanceName, shellFor, wantsFragment } from './render.tsx'
import { sayRetry } from './too-many-tries.ts'
import type { AppContext } from './types.ts'

export function errorAnswers(context: PanelContext) {
  const noteRefusal = refusalsOf(context)
  return async function answerError(thrown: unknown, c: AppContext): Promise<Response> {
    const error = publicOf(thrown)
    const log = c.get('log') ?? context.log
    const fields = { method: c.req.method, path: withoutTokens(c.req.path), status: error.status, code: error.code }
    // A node that is away or a database that is busy was foreseen; anything else is a bug, with its stack.
    if (error.status >= 500 && thrown instanceof PublicError)
      log.warn('A request could not be served', { ...fields, reason: error.message })
    else if (error.status >= 500) log.error('A request failed', { ...fields, error: thrown })
    else log.debug('A request was refused', { ...fields, reason: error.message })
    await noteRefusal({ actor: c.get('actor'), method: c.req.method, path: fields.path, error })
    sayRetry(c, error)
    // Not all of the body may be read: what came next on this connection would be taken for a request.
    if (error.status === 413) c.header('Connection', 'close')
    if (isApi(c)) return await problem(c, error)
    if (error.status === 401 && error.code === 'not-signed-in') return askToSignIn(c)
    return wantsFragment(c) ? await toast(c, error) : await errorPage(c, context, error)
  }
}

/** An invitation's link has its secret in the path; ids are shorter. */
const withoutTokens = (path: string): string => path.replace(/[\w-]{40,}/g, '[secret]')

export function answerNotFound(context: PanelContext) {
  const answer = errorAnswers(context)
  return (c: AppContext): Promise<Response> => answer(notFound(), c)
}

function publicOf(thrown: unknown): PublicError {
  if (thrown instanceof PublicError) return thrown
  if (thrown instanceof HTTPException && thrown.status < 500) {
    return new PublicError('bad-request', thrown.message || 'The request could not be understood.', {
      status: thrown.status,
      cause: thrown,
    })
  }
  // Hono's router on an address such as `/servers/%zz`.
  if (thrown instanceof URIError) return notFound()
  return unexpected(thrown)
}

async function problem(c: AppContext, error: PublicError): Promise<Response> {
  const body = JSON.stringify(problemOf(error, c.get('requestId')))
  if (error.status === 401) c.header('WWW-Authenticate', 'Bearer realm="Stellar"')
  return await answerText(c, body, 'application/problem+json', error.status as ContentfulStatusCode)
}

/** Back to the same page after signing in; what was asked by a form is not repeated by itself. */
function askToSignIn(c: AppContext): Response {
  const wanted = c.req.method === 'GET' ? c.req.path + new URL(c.req.url).search : ''
  const target = wanted === '' || wanted === '/' ? urls.signIn() : `${urls.signIn()}?next=${encodeURIComponent(wanted)}`
  if (c.req.header('hx-request') !== 'true') return c.redirect(target, 303)
  c.header('HX-Redirect', target)
  return c.body(null, 401)
}

/** htmx asked for a part of a page: that part stays as it is, and the sentence appears among the toasts. */
async function toast(c: AppContext, error: PublicError): Promise<Response> {
  c.header('HX-Reswap', 'none')
  const reference = error.status >= 500 ? `Reference ${c.get('requestId')}.` : ''
  const text = [error.message, error.hint, reference].filter(Boolean).join(' ')
  const node = (
    <hx-partial hx-target={`#${ids.toasts}`} hx-swap="beforeend">
      <Flash flash={{ kind: 'bad', text }} />
    </hx-partial>
  )
  return await answerText(c, await node, 'text/html; charset=UTF-8', error.status as ContentfulStatusCode)
}

async function errorPage(c: AppContext, context: PanelContext, error: PublicError): Promise<Response> {
  const frame = {
    shell: await frameOf(c, context),
    instance: instanceName(context.config),
    version: context.version,
    requestId: c.get('requestId'),
  }
  const page =
    error.status === 404 && error.code === 'not-found' ? (
      <NotFoundPage {...frame} />
    ) : (
      <ErrorPage {...frame} status={error.status} title={titleOf(error)} message={error.message} hint={error.hint} />
    )
  return await answerText(c, await page, 'text/html; charset=UTF-8', error.status as ContentfulStatusCode)
}

/** The frame needs the database, which may be what failed. */
async function frameOf(c: AppContext, context: PanelContext): Promise<Shell | undefined> {
  if (!c.get('actor')) return undefined
  try {
    return await shellFor(c, context)
  } catch (error) {
    context.log.warn('An error page is shown without its frame', { reason: messageOf(error) })
    return undefined
  }
}

function titleOf(error: PublicError): string {
  switch (error.status) {
    case 403:
      return 'Not allowed'
    case 404:
      return 'Not found'
    case 409:
      return 'That is not possible now'
    case 413:
      return 'Too much at once'
    case 422:
      return 'Some values are wrong'
    case 429:
      return 'Too many tries'
    case 503:
    case 504:
      return 'Not available'
    default:
      return error.status >= 500 ? 'Something went wrong' : 'That did not work'
  }
}
