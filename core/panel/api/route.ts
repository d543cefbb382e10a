// One operation of the API as a value: what it takes, who may ask, what it answers. From it come the handler
// (serve.ts), the checks of what arrives and the OpenAPI document (openapi.ts).
import { z } from 'zod'
import type { Consoles } from '#core/panel/console/consoles.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import type { AppContext } from '#core/panel/http/types.ts'
import type { Asked } from '#core/permissions/can.ts'

type ApiMethod = 'get' | 'post' | 'put' | 'patch' | 'delete'

type Shape = z.ZodType

interface Call<P extends Shape, Q extends Shape, B extends Shape> {
  readonly context: PanelContext
  readonly actor: Actor
  readonly consoles: Consoles
  readonly params: z.output<P>
  readonly query: z.output<Q>
  readonly body: z.output<B>
  /** For the few that need headers or an address. */
  readonly request: AppContext
}

export interface RouteDefinition<P extends Shape, Q extends Shape, B extends Shape, R extends Shape> {
  readonly method: ApiMethod
  /** Below /api/v1, parameters as `:id`. */
  readonly path: `/${string}`
  /** operationId: camelCase and unique, e.g. `listServers`. */
  readonly id: string
  /** Groups operations in the document, e.g. `Servers`. */
  readonly tag: string
  /** One sentence. */
  readonly summary: string
  /** Of several any is enough at the door; the use case asks for the one that is meant. */
  readonly permission: Asked
  /** A z.object of strings by parameter name. */
  readonly params?: P
  /** A z.object; values arrive as text: use z.coerce where a number is meant. */
  readonly query?: Q
  readonly body?: B
  /** 200 unless given; 204 has no body, and 101 is a WebSocket. */
  readonly status?: 101 | 200 | 201 | 202 | 204
  readonly response: R
  /** Problem codes beyond those that every operation may answer with, by status: `{ 409: ['no-capacity'] }`. */
  readonly problems?: Readonly<Record<number, readonly string[]>>
  handle(call: Call<P, Q, B>): Promise<Answer<R>> | Answer<R>
}

/** What goes out is only read: use cases may hand out what they keep. */
type Answer<R extends Shape> = R extends typeof noContent
  ? void
  : R extends typeof socket
    ? Response
    : Readable<z.input<R>>
type Readable<T> = T extends readonly (infer Item)[]
  ? readonly Readable<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Readable<T[Key]> }
    : T

/** A route with its types forgotten, as lists of routes hold it. */
export interface ApiRoute extends Omit<RouteDefinition<Shape, Shape, Shape, Shape>, 'handle'> {
  handle(call: Call<Shape, Shape, Shape>): unknown
}

export const nothing = z.strictObject({})
/** For 204: `response: noContent`, and handle returns undefined. */
export const noContent = z.undefined()

/** A file of one of several types, sent as it is made: `response: download`, and handle returns it whole. */
export const download = z.instanceof(Response)

/** For 101: `response: socket`, and handle returns the upgrade. */
export const socket = z.instanceof(Response)

export function route<
  R extends Shape,
  P extends Shape = typeof nothing,
  Q extends Shape = typeof nothing,
  B extends Shape = z.ZodUndefined,
>(definition: RouteDefinition<P, Q, B, R>): ApiRoute {
  // The only widening: serve.ts gives `handle` what these very schemas returned.
  return definition as unknown as ApiRoute
}
