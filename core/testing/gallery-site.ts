// What both galleries stand on: the panel's content security policy, static files as they are on disk at this moment, and
// the theme that the address asks for.
import { extname } from 'node:path'
import { type Context, Hono } from 'hono'
import { contentSecurityPolicy } from '#core/panel/http/headers.ts'
import { staticAssets } from '#core/panel/http/static-assets.ts'
import type { Shell } from '#views/models.ts'

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

export function gallerySite(): Hono {
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    c.header('content-security-policy', contentSecurityPolicy)
  })
  app.get('/static/*', async (c) => {
    const path = c.req.path.slice('/static/'.length)
    const data = path.includes('..') ? undefined : await staticAssets(path)
    return data
      ? c.body(new Uint8Array(data), 200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' })
      : c.notFound()
  })
  return app
}

/** `?theme=dark` or `?theme=light`. */
export function askedTheme(c: Context): Shell['theme'] {
  const theme = c.req.query('theme')
  return theme === 'dark' || theme === 'light' ? theme : 'system'
}
