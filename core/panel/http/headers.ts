// Headers of every answer. The policy holds no nonce: no page has an inline script or style, and none may get one.
import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from './types.ts'

export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Also on static files and on what answers without the rest of the middleware. */
export const everywhere: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  // Not `no-referrer`: browsers then send `Origin: null` with our own forms, and csrf.ts would refuse them.
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Frame-Options': 'DENY',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
}

/** Half a year, for this host alone: its neighbours are not ours to decide about. */
const strictTransport = 'max-age=15552000'

export function securityHeaders(): MiddlewareHandler<AppEnv> {
  const fixed = Object.entries(everywhere)
  return async function securityHeaders(c, next) {
    for (const [name, value] of fixed) c.header(name, value)
    if (c.get('secure')) c.header('Strict-Transport-Security', strictTransport)
    c.header('Cache-Control', 'no-store')
    await next()
  }
}
