// The OpenAPI 3.1 document, from the same values that serve the requests. Its schemas are JSON Schema 2020-12, which
// zod prints itself, so no library stands between.
import { z } from 'zod'
import type { PanelContext } from '#core/panel/context.ts'
import { problemSchema } from '#core/panel/http/problem.ts'
import { type Asked, anyOf } from '#core/permissions/can.ts'
import { describe } from '#core/permissions/catalogue.ts'
import { urls } from '#views/urls.ts'
import { type ApiRoute, download } from './route.ts'

type Json = Readonly<Record<string, unknown>>
type Named = Record<string, Json>

export function openApiDocument(
  routes: readonly ApiRoute[],
  { config, version }: Pick<PanelContext, 'config' | 'version'>,
): Json {
  const paths: Record<string, Record<string, unknown>> = {}
  const named: Named = { Problem: jsonSchema(problemSchema, 'output', {}) }
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] ??= {}
    Object.assign(paths[path], { [route.method]: operation(route, named) })
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Stellar',
      version: version.split('+')[0],
      summary: 'Game servers: make, start, watch and delete them.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    // Without a configured address a client resolves it against where it got the document.
    servers: [{ url: (config.url ?? '') + urls.api() }],
    security: [{ key: [] }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key, made on the account page.' },
      },
      schemas: named,
      responses: { Problem: problemResponse('What went wrong.') },
    },
  }
}

function operation(route: ApiRoute, named: Named): Json {
  const { id, tag, summary, permission, params, query, body, response, status = 200 } = route
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: asksFor(permission),
    parameters: [...parameters(params, 'path', named), ...parameters(query, 'query', named)],
    ...(body
      ? { requestBody: { required: true, content: content('application/json', jsonSchema(body, 'input', named)) } }
      : {}),
    responses: {
      [status]:
        status === 101
          ? { description: 'The connection is a WebSocket from here on.' }
          : status === 204
            ? { description: 'Done.' }
            : response === download
              ? { description: 'The file.', content: { 'application/json': {}, 'text/csv': {} } }
              : { description: 'Done.', content: content('application/json', jsonSchema(response, 'output', named)) },
      ...problems(route),
      default: { $ref: '#/components/responses/Problem' },
    },
  }
}

function asksFor(asked: Asked): string {
  const each = anyOf(asked).map((permission) => `\`${permission}\` (may ${describe(permission).words})`)
  return each.length === 1 ? `Asks for the permission ${each[0]}.` : `Asks, as needed, for ${each.join(', ')}.`
}

function parameters(schema: z.ZodType | undefined, place: 'path' | 'query', named: Named): Json[] {
  if (!schema) return []
  const { properties = {}, required = [] } = jsonSchema(schema, 'input', named) as {
    properties?: Record<string, Json>
    required?: readonly string[]
  }
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }))
}

function problems({ problems = {} }: ApiRoute): Json {
  return Object.fromEntries(
    Object.entries(problems).map(([status, codes]) => [status, problemResponse(`Codes: ${codes.join(', ')}.`)]),
  )
}

function problemResponse(description: string): Json {
  return { description, content: content('application/problem+json', { $ref: '#/components/schemas/Problem' }) }
}

const content = (type: string, schema: unknown): Json => ({ [type]: { schema } })

/** `named` takes the schemas that carry an id: they stand once among the components. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output', named: Named): Json {
  const { $defs = {}, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    // For what JSON Schema cannot say (a transform's result): the document then promises less, not something wrong.
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      delete jsonSchema.$schema
      delete jsonSchema.id
    },
  })
  delete rest.$schema
  for (const [name, definition] of Object.entries($defs)) named[name] ??= placed(definition)
  return placed(rest)
}

const placed = (schema: unknown): Json =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json
