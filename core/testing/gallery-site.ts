// What both galleries stand on: the panel's content security policy, static files as they are on disk at this moment, and
// the theme that the address asks for.
import { readFile } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Context, Hono } from 'hono'
import { contentSecurityPolicy } from '#core/panel/http/headers.ts'
import type { Shell } from '#views/models.ts'

const root = fileURLToPath(new URL('../../static/', import.meta.url))
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
    const path = join(root, normalize(c.req.path.slice('/static/'.length)))
    const data = path.startsWith(root) ? await readFile(path).catch(() => undefined) : undefined
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
