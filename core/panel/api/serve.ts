// Mounts operations below /api/v1: checks what arrives by the schemas of the operation and answers JSON.
import { Hono } from 'hono'
import { InvalidInput, PublicError } from '#core/base/errors.ts'
import type { Consoles } from '#core/panel/console/consoles.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { actorOf } from '#core/panel/http/actor.ts'
import { answerText } from '#core/panel/http/answer.ts'
import { fieldErrors, noNul, parse, queryValues } from '#core/panel/http/forms.ts'
import type { App, AppContext, AppEnv } from '#core/panel/http/types.ts'
import { urls } from '#views/urls.ts'
import { openApiDocument } from './openapi.ts'
import { type ApiRoute, download } from './route.ts'

export interface ApiOptions {
  /** Also checks what is answered, as the tests do; it costs as much as the answer itself. */
  readonly checkAnswers: boolean
  readonly consoles: Consoles
}

export function apiRoutes(context: PanelContext, routes: readonly ApiRoute[], options: ApiOptions): App {
  const app = new Hono<AppEnv>()
  for (const operation of routes) {
    app.on(operation.method.toUpperCase(), urls.api() + operation.path, (c) => perform(c, context, operation, options))
  }
  // Made once: the routes cannot change while the panel runs.
  let document: string | undefined
  app.get(urls.openapi.pattern, (c) => {
    document ??= JSON.stringify(openApiDocument(routes, context))
    return answerText(c, document, 'application/json', 200)
  })
  return app
}

async function perform(
  c: AppContext,
  context: PanelContext,
  operation: ApiRoute,
  options: ApiOptions,
): Promise<Response> {
  const { params, query, body, response, status = 200 } = operation
  const result = await operation.handle({
    context,
    actor: actorOf(c),
    consoles: options.consoles,
    params: params ? parseParams(params, c) : {},
    query: query ? parse(query, { ...queryValues(c) }) : {},
    body: body ? parse(body, await jsonBody(c)) : undefined,
    request: c,
  })
  if (status === 101 || response === download) return response.parse(result) as Response
  if (status === 204) return c.body(null, 204)
  if (options.checkAnswers) {
    const checked = response.safeParse(result)
    if (!checked.success) throw new Error(`${operation.id} answers against its schema`, { cause: checked.error })
  }
  return await answerText(c, JSON.stringify(result), 'application/json', status)
}

/** A path with an id of the wrong form names something that does not exist. */
function parseParams(schema: NonNullable<ApiRoute['params']>, c: AppContext): unknown {
  const result = schema.safeParse(c.req.param())
  if (result.success) return result.data
  throw new PublicError('not-found', 'There is nothing with this id.', {
    status: 404,
    details: { fields: fieldErrors(result.error) },
  })
}

async function jsonBody(c: AppContext): Promise<unknown> {
  if (!/^application\/json\b/i.test(c.req.header('content-type') ?? '')) {
    throw new PublicError('unsupported-media-type', 'Send the body as application/json.', { status: 415 })
  }
  try {
    return JSON.parse(await c.req.text(), (key, value: unknown) => {
      if (typeof value !== 'string') return value
      if (value.includes('\0')) throw new InvalidInput({ [key]: noNul })
      return value.toWellFormed()
    })
  } catch (cause) {
    if (cause instanceof SyntaxError) throw new InvalidInput({ '': 'The body is not valid JSON.' })
    throw cause
  }
}
