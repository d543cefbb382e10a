// What one executable is made of: every package that went into the bundle, Node, PostgreSQL with its libraries, and the
// files of others among ours, each with its licence. The SBOM and the notices inside the program are drawn from it.
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { openPackage } from './npm-package.ts'
import { root } from './places.ts'
import type { Target } from './targets.ts'

export interface Component {
  readonly name: string
  readonly version: string
  /** An SPDX expression. */
  readonly licence: string
  /** Whole texts of licences and notices; empty where the package brings none. */
  readonly texts: readonly string[]
  readonly author: string | undefined
  /** Package URL: where it comes from. */
  readonly purl: string
  /** As npm writes it, `sha512-…`; undefined for what is no package of its own. */
  readonly integrity: string | undefined
}

const manifest = z.object({
  name: z.string(),
  version: z.string(),
  license: z.union([z.string(), z.object({ type: z.string() })]).optional(),
  licenses: z.array(z.object({ type: z.string() })).optional(),
  author: z.union([z.string(), z.object({ name: z.string() })]).optional(),
})
const lockfile = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().optional(), integrity: z.string().optional() })),
})

/** Sorted by name. `inputs` are the bundle's source files, from the root of the tree. */
export async function componentsOf(target: Target, inputs: readonly string[]): Promise<Component[]> {
  const { packages } = lockfile.parse(JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')))
  const folders = new Set(inputs.flatMap((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []))
  const bundled = [...folders].map((folder) => packageIn(join(root, folder), packages[folder]?.integrity))
  const vendored = ['htmx.org', 'uplot'].map((name) =>
    packageIn(join(root, 'node_modules', name), packages[`node_modules/${name}`]?.integrity),
  )
  const found = await Promise.all([
    ...bundled,
    ...vendored,
    node(target, target.base.integrity ?? packages[`node_modules/${target.base.name}`]?.integrity),
    ...pictures.map(picture),
  ])
  return [...found, ...(await postgres(target))].toSorted(
    (one, other) => compare(one.name, other.name) || compare(one.version, other.version),
  )
}

async function packageIn(folder: string, integrity: string | undefined): Promise<Component> {
  const {
    name,
    version,
    license,
    licenses = [],
    author,
  } = manifest.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')))
  const licence =
    (typeof license === 'string' ? license : license?.type) ?? licenses.map(({ type }) => type).join(' OR ')
  if (!/^[\w.+() -]+$/.test(licence) || /^see licen[cs]e/i.test(licence))
    throw new Error(`${name}@${version} does not say under which licence it is: “${licence}”.`)
  return {
    name,
    version,
    // The package says it in words that SPDX does not know.
    licence: licence === 'BSD-0-Clause' ? '0BSD' : licence,
    texts: await licenceTexts(folder),
    author: typeof author === 'string' ? author : author?.name,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    integrity,
  }
}

async function licenceTexts(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => /^(licen[cs]e|copying|notice)\b/i.test(name)).toSorted()
  return await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
}

/** Its licence file holds those of V8, OpenSSL, ICU and everything else in it; only the packages for Linux bring it. */
async function node(target: Target, integrity: string | undefined): Promise<Component> {
  const base = await packageIn((await openPackage(target.base)).root, integrity)
  const texts = await licenceTexts((await openPackage(target.blobMaker)).root)
  if (texts.length === 0) throw new Error(`The package ${target.blobMaker.name} holds no licence of Node.`)
  return { ...base, name: 'node', licence: 'MIT', texts, author: 'Node.js contributors' }
}

/** Licences of what npm's package of PostgreSQL holds; the first line of each text is name and version. */
const postgresLicences: Readonly<Record<string, string>> = {
  'icu.txt': 'ICU',
  'liblzma.txt': 'LicenseRef-public-domain',
  'libxml2.txt': 'MIT',
  'openssl.txt': 'OpenSSL',
  'postgresql.txt': 'PostgreSQL',
  'zlib.txt': 'Zlib',
}

async function postgres(target: Target): Promise<Component[]> {
  if (target.postgres === undefined) return []
  const source = await openPackage({ name: target.postgres })
  const folder = join(root, 'core/build/licences')
  return await Promise.all(
    (await readdir(folder)).map(async (file): Promise<Component> => {
      const licence = postgresLicences[file]
      const text = await readFile(join(folder, file), 'utf8')
      const [, name, version] = /^(\S.*?) (\d[\w.]*)/.exec(text) ?? []
      if (licence === undefined || name === undefined || version === undefined)
        throw new Error(`core/build/licences/${file} is not in the table, or does not begin with name and version.`)
      return {
        name,
        // The package counts on behind PostgreSQL's own number: 18.4.0-beta.17 is PostgreSQL 18.4.
        version: name === 'PostgreSQL' ? source.version.split('.').slice(0, 2).join('.') : version,
        licence,
        texts: [text],
        author: undefined,
        purl: `pkg:npm/${target.postgres?.replace('@', '%40')}@${source.version}#${encodeURIComponent(name)}`,
        integrity: undefined,
      }
    }),
  )
}

/** Files of others among ours; `place` says their version too. */
const pictures = [
  {
    name: 'instrument-sans',
    version: '5.3.0',
    licence: 'OFL-1.1',
    text: 'static/fonts/OFL.instrument-sans.txt',
    place: 'static/fonts/README.md',
    purl: 'pkg:npm/%40fontsource-variable/instrument-sans@5.3.0',
  },
  {
    name: 'jetbrains-mono',
    version: '5.3.0',
    licence: 'OFL-1.1',
    text: 'static/fonts/OFL.jetbrains-mono.txt',
    place: 'static/fonts/README.md',
    purl: 'pkg:npm/%40fontsource-variable/jetbrains-mono@5.3.0',
  },
  {
    name: 'lucide',
    version: '1.62.0',
    licence: 'ISC',
    text: 'static/img/LICENSE.lucide',
    place: 'static/img/README.md',
    purl: 'pkg:npm/lucide-static@1.62.0',
  },
] as const

async function picture({ name, version, licence, text, place, purl }: (typeof pictures)[number]): Promise<Component> {
  if (!existsSync(join(root, place)) || !(await readFile(join(root, place), 'utf8')).includes(version))
    throw new Error(`${place} does not name ${name} ${version}: bring components.ts and the README together.`)
  const texts = [await readFile(join(root, text), 'utf8')]
  return { name, version, licence, texts, author: undefined, purl, integrity: undefined }
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
