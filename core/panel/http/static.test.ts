import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { PublicError } from '#core/base/errors.ts'
import { staticFiles } from './static.ts'
import { staticAssets } from './static-assets.ts'
import type { AppEnv } from './types.ts'

const css = '@layer base { body { color: red } }\n'.repeat(40)

function site() {
  const reads: string[] = []
  const app = new Hono<AppEnv>().route(
    '/',
    staticFiles(async (key) => {
      reads.push(key)
      const files: Record<string, string> = { 'css/app.css': css, 'fonts/a.woff2': 'font', 'img/icons.svg': '<svg/>' }
      return files[key] === undefined ? undefined : new TextEncoder().encode(files[key])
    }),
  )
  app.onError((error, c) => c.text(error.message, error instanceof PublicError ? 404 : 500))
  return {
    app,
    reads,
    get: (path: string, headers: Record<string, string> = {}) => app.request(`http://x${path}`, { headers }),
  }
}

describe('static files', () => {
  test('with a version they may be kept for ever, without one they are asked about', async () => {
    const { get } = site()
    expect((await get('/static/css/app.css?v=1')).headers.get('cache-control')).toBe(
      'public, max-age=31536000, immutable',
    )
    expect((await get('/static/css/app.css')).headers.get('cache-control')).toBe('no-cache')
    expect((await get('/static/css/app.css')).headers.get('content-type')).toBe('text/css; charset=utf-8')
  })

  test('an unchanged file costs no body', async () => {
    const { get } = site()
    const tag = (await get('/static/css/app.css')).headers.get('etag') ?? ''
    const again = await get('/static/css/app.css', { 'if-none-match': `"other", ${tag}` })
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', tag])
    expect((await get('/static/css/app.css', { 'if-none-match': '"other"' })).status).toBe(200)
  })

  test('text comes as brotli or gzip where the client takes it, and is read and packed once', async () => {
    const { get, reads } = site()
    const br = await get('/static/css/app.css', { 'accept-encoding': 'gzip, deflate, br' })
    expect(br.headers.get('content-encoding')).toBe('br')
    expect(brotliDecompressSync(await br.bytes()).toString()).toBe(css)
    const gz = await get('/static/css/app.css', { 'accept-encoding': 'gzip' })
    expect(gunzipSync(await gz.bytes()).toString()).toBe(css)
    expect(gz.headers.get('vary')).toBe('Accept-Encoding')
    expect(await (await get('/static/css/app.css')).text()).toBe(css)
    expect(reads).toEqual(['css/app.css'])
  })

  test('what is packed already is not packed again', async () => {
    const font = await site().get('/static/fonts/a.woff2', { 'accept-encoding': 'br' })
    expect(font.headers.get('content-encoding')).toBeNull()
    expect(font.headers.get('cache-control')).toBe('public, max-age=604800')
  })

  test('carries the headers that every answer has', async () => {
    const { headers } = await site().get('/static/img/icons.svg')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  test.each([
    '/static/../package.json',
    '/static/%2e%2e/package.json',
    '/static/..%2fpackage.json',
    '/static/css/..%2f..%2fpackage.json',
    '/static/css/%2e%2e%2f%2e%2e%2fpackage.json',
    '/static/..\\package.json',
    '/static/%5c..%5cpackage.json',
    '/static//etc/passwd',
    '/static/%2fetc/passwd',
    '/static/.hidden.css',
    '/static/css/.app.css',
    '/static/css',
    '/static/css/',
    '/static/',
    '/static/css/app.css%00.png',
    '/static/css/app.css/',
    '/static/file:///etc/passwd.txt',
    `/static/${'a/'.repeat(2000)}x.css`,
  ])('nothing outside the folder is ever looked for: %s', async (path) => {
    const { get, reads } = site()
    expect((await get(path)).status).toBe(404)
    expect(reads.filter((key) => !/^[\w-]+(\/[\w-]+)*\.\w+$/.test(key))).toEqual([])
  })

  test('the real folder answers for what is there and not for what is not', async () => {
    expect((await staticAssets('vendor/htmx.min.js'))?.length).toBeGreaterThan(10_000)
    expect(await staticAssets('vendor/absent.js')).toBeUndefined()
    expect(await staticAssets('vendor')).toBeUndefined()
  })
})
