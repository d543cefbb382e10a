// Static files from memory: read once, compressed once, with an entity tag; for ever in browsers when the address
// carries a version.
import { createHash } from 'node:crypto'
import { extname } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { Hono } from 'hono'
import { everywhere } from './headers.ts'
import { notFound } from './problem.ts'
import type { App, AppContext, AppEnv } from './types.ts'

/** Contents of `static/<key>`; undefined when there is none. Never called with a key that leaves the folder. */
export type ReadStatic = (key: string) => Promise<Uint8Array | undefined>

interface StaticFile {
  readonly type: string
  readonly tag: string
  readonly plain: Uint8Array<ArrayBuffer>
  readonly gzip: Uint8Array<ArrayBuffer> | undefined
  readonly brotli: Uint8Array<ArrayBuffer> | undefined
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
}
const compressible = /^(text\/|image\/svg|application\/manifest)/

/** Folders and a file in plain letters: no dot files, no empty or upward parts, no encoded tricks. */
const key = /^(?:[\w-]+\/)*[\w-]+(?:\.[\w-]+)+$/

const pack = { gzip: promisify(gzip), brotli: promisify(brotliCompress) }

export function staticFiles(read: ReadStatic): App {
  const files = new Map<string, Promise<StaticFile>>()
  const load = async (name: string): Promise<StaticFile | undefined> => {
    const known = files.get(name)
    if (known) return await known
    const type = types[extname(name)]
    const bytes = type === undefined ? undefined : await read(name)
    if (type === undefined || bytes === undefined) return undefined
    // Only files that exist are kept, so memory is bounded by the folder.
    const file = prepare(type, bytes)
    files.set(name, file)
    return await file
  }
  return new Hono<AppEnv>().get('/static/*', async (c) => {
    const name = c.req.path.slice('/static/'.length)
    const file = key.test(name) ? await load(name) : undefined
    if (!file) throw notFound()
    return answer(c, file)
  })
}

function answer(c: AppContext, file: StaticFile): Response {
  const headers: Record<string, string> = {
    ...everywhere,
    'Content-Type': file.type,
    ETag: file.tag,
    'Cache-Control': cacheControl(c, file),
  }
  if (file.gzip) headers['Vary'] = 'Accept-Encoding'
  // Weak comparison: the tag stands for the contents, whatever their encoding.
  if (c.req.header('if-none-match')?.includes(file.tag)) return c.body(null, 304, headers)
  const accepted = c.req.header('accept-encoding') ?? ''
  if (file.brotli && /\bbr\b/.test(accepted)) return c.body(file.brotli, 200, { ...headers, 'Content-Encoding': 'br' })
  if (file.gzip && /\bgzip\b/.test(accepted)) return c.body(file.gzip, 200, { ...headers, 'Content-Encoding': 'gzip' })
  return c.body(file.plain, 200, headers)
}

/** Style sheets and modules name fonts and one another without a version: those are asked about again. */
function cacheControl(c: AppContext, file: StaticFile): string {
  if (c.req.query('v') !== undefined) return 'public, max-age=31536000, immutable'
  return file.type === 'font/woff2' ? 'public, max-age=604800' : 'no-cache'
}

async function prepare(type: string, bytes: Uint8Array): Promise<StaticFile> {
  const plain = new Uint8Array(bytes)
  const tag = `W/"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`
  if (!compressible.test(type) || plain.length < 500) return { type, tag, plain, gzip: undefined, brotli: undefined }
  const [gzipped, brotli] = await Promise.all([
    pack.gzip(plain, { level: 9 }),
    pack.brotli(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  ])
  return { type, tag, plain, gzip: new Uint8Array(gzipped), brotli: new Uint8Array(brotli) }
}
