// What every handler finds on a request: set in the order of app.tsx, read through the helpers of actor.ts.
import type { HttpBindings } from '@hono/node-server'
import type { Context, Hono } from 'hono'
import type { Log } from '#core/base/log.ts'
import type { Actor } from '#core/panel/context.ts'
import type { Shell } from '#views/models.ts'

interface RequestVariables {
  /** On error pages, in problem details and in every log line of this request. */
  requestId: string
  /** Tagged with the request id. */
  log: Log
  /** Of the client; from X-Forwarded-For only behind a trusted proxy. */
  address: string | undefined
  /** True when the browser speaks HTTPS, perhaps to a trusted proxy. */
  secure: boolean
  /** Who asks; undefined for somebody who is not signed in. */
  actor: Actor | undefined
  /** The browser session of the actor; undefined for API keys. */
  sessionId: string | undefined
  /** The API key of the actor; undefined for sessions. */
  keyId: string | undefined
  /** When the person behind the session last showed who they are, ISO; undefined for API keys. */
  provedAt: string | undefined
  /** Who really sits there, while an administrator looks through this account. */
  impersonatorId: string | undefined
  /** The settings ask this person for a second factor, and there is none yet. */
  mustAddFactor: boolean
  /** E-mail of the signed-in person, for the page frame. */
  email: string
  theme: Shell['theme']
  /** What the signed-in person chose. */
  locale: NonNullable<Shell['locale']>
}

export interface AppEnv {
  Bindings: Partial<HttpBindings>
  Variables: RequestVariables
}

export type AppContext = Context<AppEnv>
export type App = Hono<AppEnv>
