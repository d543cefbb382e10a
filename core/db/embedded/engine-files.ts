// Which files of npm's PostgreSQL package the panel needs: what lies in the data folder of a source checkout, and what
// the build packs into the single executable.
import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { z } from 'zod'

export type EngineFile =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string; readonly from: string; readonly mode: number }
  | { readonly kind: 'link'; readonly path: string; readonly to: string }

export const programs: readonly string[] = ['initdb', 'postgres']

// What a server without extensions, procedural languages other than PL/pgSQL and client tools needs: 52 of 60 MB.
const libraries = /^lib(crypto|icudata|icui18n|icuuc|lzma|pq|ssl|xml2|z)\.so/
const modules = ['dict_snowball.so', 'plpgsql.so']
const shared = /^(?!pg_service|psqlrc|errcodes|extension$)/

const linkList = z.array(z.object({ source: z.string(), target: z.string() }))

/** In an order in which they can be made; `root` is the package's folder, paths are relative to the engine's. */
export async function engineFiles(root: string): Promise<EngineFile[]> {
  const native = join(root, 'native')
  const file = (path: string, mode: number): EngineFile => ({ kind: 'file', path, from: join(native, path), mode })
  const links = linkList.parse(JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')))
  return [
    ...['', 'bin', 'lib', 'lib/postgresql', 'share'].map((path): EngineFile => ({ kind: 'folder', path })),
    ...programs.map((name) => file(`bin/${name}`, 0o755)),
    ...(await readdir(join(native, 'lib')))
      .filter((name) => libraries.test(name))
      .toSorted()
      .map((name) => file(`lib/${name}`, 0o644)),
    ...modules.map((name) => file(`lib/postgresql/${name}`, 0o644)),
    ...(await within(native, 'share/postgresql', shared)),
    ...(await within(native, 'share/postgresql/extension', /^plpgsql/)),
    ...links
      .filter(({ source }) => libraries.test(basename(source)))
      .map(
        ({ source, target }): EngineFile => ({
          kind: 'link',
          path: relative('native', target),
          to: relative(dirname(target), source),
        }),
      ),
  ]
}

async function within(native: string, path: string, names: RegExp): Promise<EngineFile[]> {
  const entries = (await readdir(join(native, path), { withFileTypes: true }))
    .filter(({ name }) => names.test(name))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const nested = await Promise.all(
    entries.map(async (entry): Promise<EngineFile[]> => {
      const inner = `${path}/${entry.name}`
      if (entry.isDirectory()) return await within(native, inner, /^/)
      return [{ kind: 'file', path: inner, from: join(native, inner), mode: 0o644 }]
    }),
  )
  return [{ kind: 'folder', path }, ...nested.flat()]
}
