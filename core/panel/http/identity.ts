// Turns a cookie or a bearer key into an actor. Keys count below /api alone and never meet cookies: a request with a
// key neither reads nor gets one.
import type { MiddlewareHandler } from 'hono'
import { readApiKey } from '#core/auth/api-keys.ts'
import { readSession, type Session } from '#core/auth/sessions.ts'
import { PublicError } from '#core/base/errors.ts'
import { actorOfToken, isConsoleToken } from '#core/panel/console/token.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { administers } from '#core/permissions/administers.ts'
import type { Shell } from '#views/models.ts'
import { urls } from '#views/urls.ts'
import { clientOf } from './client.ts'
import { sessionCookie, setTheme } from './cookies.ts'
import type { AppContext, AppEnv } from './types.ts'

export function identity(context: PanelContext): MiddlewareHandler<AppEnv> {
  const { database } = context
  return async function identity(c, next) {
    const key = bearerKey(c)
    if (key !== undefined && isConsoleToken(key)) {
      await readConsoleToken(c, context, key)
    } else if (key !== undefined) {
      const found = await readApiKey(database, key, c.get('address'))
      if (!found) throw badKey()
      c.set('actor', actor(c, { ...found, name: found.userName }, 'api-key', found.id))
      c.set('keyId', found.id)
    } else {
      await readCookie(c, database)
    }
    await next()
  }
}

/** The key a program sent, valid or not; undefined outside the API, where keys mean nothing. */
export function bearerKey(c: AppContext): string | undefined {
  if (!isApi(c)) return undefined
  const header = c.req.header('authorization')
  if (header !== undefined) return /^Bearer +(\S+)$/i.exec(header)?.[1] ?? ''
  // A page elsewhere cannot set headers of a WebSocket; a token in the address would stay in logs.
  return c.req
    .header('sec-websocket-protocol')
    ?.split(/, */)
    .find((protocol) => isConsoleToken(protocol))
}

export const isApi = (c: AppContext): boolean => c.req.path.startsWith('/api/') || c.req.path === '/api'

async function readConsoleToken(c: AppContext, context: PanelContext, token: string): Promise<void> {
  const opened = await actorOfToken(c, context, token)
  if (!opened) {
    throw new PublicError(
      'bad-token',
      'This console token is not valid here: it works once, within five minutes, for its own server’s socket.',
      {
        status: 401,
        hint: 'Ask for a new one.',
      },
    )
  }
  const { person, sessionId, keyId } = opened
  c.set('actor', actor(c, person, keyId === undefined ? 'session' : 'api-key', keyId ?? sessionId))
  c.set('sessionId', sessionId)
  c.set('keyId', keyId)
}

async function readCookie(c: AppContext, database: PanelContext['database']): Promise<void> {
  const secret = sessionCookie.read(c)
  if (secret === undefined) return
  const session = await readSession(database, secret, c.get('address'))
  if (!session) {
    // Ended or never ours: the browser need not send it again.
    sessionCookie.clear(c)
    return
  }
  if (session.renewed) sessionCookie.write(c, secret, new Date(session.expiresAt))
  c.set('actor', actor(c, session, 'session', session.id))
  c.set('sessionId', session.id)
  c.set('provedAt', session.provedAt)
  c.set('impersonatorId', session.impersonatorId)
  c.set('mustAddFactor', mustAddFactor(session))
  c.set('email', session.email)
  c.set('locale', { language: session.language ?? undefined, timeZone: session.timeZone ?? undefined })
  const theme = asTheme(session.theme)
  // Signing out keeps the look of the page.
  if (theme !== c.get('theme')) setTheme(c, theme)
  c.set('theme', theme)
}

/** Whoever looks through the account cannot set one up for it. */
function mustAddFactor(session: Session): boolean {
  if (session.hasFactor || session.impersonatorId !== undefined) return false
  return session.secondFactor === 'all' || (session.secondFactor === 'admins' && administers(session))
}

export function asTheme(value: string | undefined): Shell['theme'] {
  return value === 'light' || value === 'dark' ? value : 'system'
}

type Person = Pick<Actor, 'userId' | 'name' | 'isOwner' | 'rights' | 'impersonatorId'>

function actor(
  c: AppContext,
  { userId, name, isOwner, rights, impersonatorId }: Person,
  via: Actor['via'],
  credentialId: string | undefined,
): Actor {
  return { userId, name, isOwner, rights, impersonatorId, via, credentialId, ...clientOf(c) }
}

function badKey(): PublicError {
  return new PublicError(
    'bad-key',
    'This API key is not valid: it was revoked, has expired, is not for this address or never was one.',
    {
      status: 401,
      hint: `Make a new one on the page ${urls.accountKeys()}.`,
    },
  )
}
