// The panel's own cookies: names, attributes, and reading them back.

import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { CookieOptions } from 'hono/utils/cookie'
import type { Shell } from '#views/models.ts'
import type { AppContext } from './types.ts'

/** `__Host-` keeps a neighbouring subdomain from setting it; browsers accept the prefix over HTTPS only. */
const sessionName = (c: AppContext): string => (c.get('secure') ? '__Host-stellar-session' : 'stellar-session')

const base = (c: AppContext): CookieOptions => ({
  httpOnly: true,
  secure: c.get('secure'),
  sameSite: 'Lax',
  path: '/',
})

export const sessionCookie = {
  read: (c: AppContext): string | undefined => getCookie(c, sessionName(c)),
  write: (c: AppContext, token: string, expires: Date): void =>
    setCookie(c, sessionName(c), token, { ...base(c), expires }),
  clear: (c: AppContext): void => {
    deleteCookie(c, sessionName(c), base(c))
  },
}

const oneYearSeconds = 365 * 24 * 3600

const pendingName = (c: AppContext): string => (c.get('secure') ? '__Host-stellar-pending' : 'stellar-pending')

/** A sign-in that still wants its second factor. */
export const pendingCookie = {
  read: (c: AppContext): string | undefined => getCookie(c, pendingName(c)),
  write: (c: AppContext, secret: string, maxAgeSeconds: number): void =>
    setCookie(c, pendingName(c), secret, { ...base(c), maxAge: maxAgeSeconds }),
  clear: (c: AppContext): void => {
    deleteCookie(c, pendingName(c), base(c))
  },
}

const flowName = (c: AppContext): string => (c.get('secure') ? '__Host-stellar-flow' : 'stellar-flow')

/** Ties what goes to a provider and comes back to one browser. */
export const flowCookie = {
  read: (c: AppContext): string | undefined => getCookie(c, flowName(c)),
  write: (c: AppContext, secret: string, maxAgeSeconds: number): void =>
    setCookie(c, flowName(c), secret, { ...base(c), maxAge: maxAgeSeconds }),
}

const deviceName = (c: AppContext): string => (c.get('secure') ? '__Host-stellar-device' : 'stellar-device')

/** Tells this browser from others that sign in with the same account. Opens nothing. */
export const deviceCookie = {
  read: (c: AppContext): string | undefined => getCookie(c, deviceName(c)),
  write: (c: AppContext, secret: string): void =>
    setCookie(c, deviceName(c), secret, { ...base(c), maxAge: oneYearSeconds }),
}

/** Proof that this browser came with the set-up token. */
export const setupCookie = {
  read: (c: AppContext): string | undefined => getCookie(c, 'stellar-setup'),
  write: (c: AppContext, secret: string, maxAgeSeconds: number): void =>
    setCookie(c, 'stellar-setup', secret, { ...base(c), path: '/setup', maxAge: maxAgeSeconds, sameSite: 'Strict' }),
  clear: (c: AppContext): void => {
    deleteCookie(c, 'stellar-setup', { ...base(c), path: '/setup' })
  },
}

/** The secret of an invitation's link, while somebody signs in to answer it: it leaves the address at once. */
export const invitationCookie = {
  read: (c: AppContext): string | undefined => getCookie(c, 'stellar-invitation'),
  write: (c: AppContext, token: string): void =>
    setCookie(c, 'stellar-invitation', token, { ...base(c), path: '/invitation', maxAge: 3600 }),
  clear: (c: AppContext): void => {
    deleteCookie(c, 'stellar-invitation', { ...base(c), path: '/invitation' })
  },
}

/** A choice of this browser, so that pages before sign-in follow it too. Nothing secret. */
export function setTheme(c: AppContext, theme: Shell['theme']): void {
  setCookie(c, 'stellar-theme', theme, { ...base(c), maxAge: oneYearSeconds })
}

export function themeOf(c: AppContext): Shell['theme'] {
  const value = getCookie(c, 'stellar-theme')
  return value === 'light' || value === 'dark' ? value : 'system'
}
