// What both galleries stand on: the panel's content security policy, static files as they are on disk at this moment, the
// theme that the address asks for, event streams, and a server on loopback.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { extname } from 'node:path'
import { type ServerType, serve } from '@hono/node-server'
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

/** `kept`: by the browser, as from a panel; otherwise an edit is seen on the next page. */
export function gallerySite({ kept }: { kept: boolean }): Hono {
  const app = new Hono()
  const keeping = kept ? { 'cache-control': 'max-age=3600' } : undefined
  app.use(async (c, next) => {
    await next()
    c.header('content-security-policy', contentSecurityPolicy)
  })
  app.get('/static/*', async (c) => {
    const path = c.req.path.slice('/static/'.length)
    const data = path.includes('..') ? undefined : await staticAssets(path)
    return data
      ? c.body(new Uint8Array(data), 200, {
          'content-type': types[extname(path)] ?? 'application/octet-stream',
          ...keeping,
        })
      : c.notFound()
  })
  return app
}

/** `?theme=dark` or `?theme=light`. */
export function askedTheme(c: Context): Shell['theme'] {
  const theme = c.req.query('theme')
  return theme === 'dark' || theme === 'light' ? theme : 'system'
}

/** The event streams of pages that are open. */
export interface GalleryStreams {
  /** The answer to a page that asks for its stream; `greeting` is sent at once. */
  open(c: Context, greeting?: string): Response
  say(message: string): void
  /** One message that htmx swaps in. */
  push(html: string): void
  /** Ends them all. */
  end(): void
}

export function galleryStreams(): GalleryStreams {
  const streams = new Set<ReadableStreamDefaultController<Uint8Array>>()
  const encode = (text: string) => new TextEncoder().encode(text)
  const say = (message: string): void => {
    for (const controller of streams) controller.enqueue(encode(message))
  }
  return {
    say,
    open(c, greeting = '') {
      let mine: ReadableStreamDefaultController<Uint8Array> | undefined
      const stream = new ReadableStream<Uint8Array>({
        start(controller) {
          mine = controller
          streams.add(controller)
          if (greeting !== '') controller.enqueue(encode(greeting))
        },
        cancel: () => void (mine && streams.delete(mine)),
      })
      return c.body(stream, 200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    },
    push: (html) => say(`${html.replaceAll(/^/gm, 'data: ')}\n\n`),
    end() {
      for (const controller of streams) controller.close()
      streams.clear()
    },
  }
}

export interface GalleryServer extends AsyncDisposable {
  readonly url: string
  readonly server: ServerType
}

/** On loopback; port 0 takes any. */
export async function serveGallery(app: Hono, port: number): Promise<GalleryServer> {
  const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' })
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    async [Symbol.asyncDispose]() {
      if ('closeAllConnections' in server) server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
