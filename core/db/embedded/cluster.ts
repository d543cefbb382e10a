// The data folder of the embedded PostgreSQL: made once by initdb, whole or not at all, and who may connect to it.
import { randomUUID } from 'node:crypto'
import { chmod, chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Account, ownName, type Runner } from './account.ts'
import type { Engine } from './engine.ts'
import { explainFailure, otherVersion } from './failure.ts'

/** initdb's superuser: the supervisor's own, to make the login below and for repairs. Nothing else connects as it. */
export const superuser = 'supervisor'
/** Owns the panel's database; no superuser, so row-level security binds it like any role. */
export const login = 'panel'

/** On a slow disk initdb takes some seconds; a minute means that it hangs. */
const initdbMs = 60_000

/** Makes the cluster unless it is there. Of several that try at once one wins, and the others take its result. */
export async function prepareCluster(cluster: string, engine: Engine, runner: Runner): Promise<void> {
  const found = await versionOf(cluster)
  if (found !== undefined && found !== engine.major) throw otherVersion(cluster, found, engine.major)
  if (found === undefined) await initialise(cluster, engine, runner)
}

/** PostgreSQL checks who is at the other end of the socket; only the panel's own account may be one of its roles. */
export async function admitPanel(cluster: string, account: Account | undefined): Promise<'changed' | 'same'> {
  const name = ownName().replaceAll('"', '""')
  const wanted: Record<string, string> = {
    'pg_hba.conf': 'local all all peer map=panel\n',
    'pg_ident.conf': [superuser, login].map((role) => `panel "${name}" ${role}\n`).join(''),
  }
  let result: 'changed' | 'same' = 'same'
  for (const [file, text] of Object.entries(wanted)) {
    const path = join(cluster, file)
    if ((await readFile(path, 'utf8').catch(() => '')) === text) continue
    await writeFile(path, text, { mode: 0o600 })
    if (account) await chown(path, account.uid, account.gid)
    result = 'changed'
  }
  return result
}

/** What crashes left behind. Only for the one panel that holds the lock on this folder. */
export async function removeUnfinishedClusters(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (/^\.cluster-.*\.tmp$/.test(name)) await rm(join(parent, name), { recursive: true, force: true })
  }
}

async function versionOf(cluster: string): Promise<number | undefined> {
  const text = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw explainFailure('', cluster, error)
  })
  return text === undefined ? undefined : Number.parseInt(text, 10)
}

async function initialise(cluster: string, engine: Engine, runner: Runner): Promise<void> {
  const unfinished = join(cluster, `../.cluster-${randomUUID()}.tmp`)
  try {
    await mkdir(unfinished, { mode: 0o700 })
    await chmod(unfinished, 0o700)
    if (runner.account) await chown(unfinished, runner.account.uid, runner.account.gid)
    await runInitdb(unfinished, engine, runner)
    await rename(unfinished, cluster).catch(async (error: unknown) => {
      if ((await versionOf(cluster)) !== engine.major) throw error
    })
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

async function runInitdb(directory: string, engine: Engine, runner: Runner): Promise<void> {
  // C.UTF-8 of PostgreSQL itself: sorting depends neither on this system's C library nor on the old ICU in the package.
  const options =
    '--auth=peer --encoding=UTF8 --no-locale --locale-provider=builtin --builtin-locale=C.UTF-8 --no-instructions'
  const args = ['-D', directory, '-U', superuser, ...options.split(' ')]
  const child = runner.spawn(engine.initdb, args, {
    cwd: '/',
    env: { PATH: process.env['PATH'], TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: initdbMs,
  })
  let output = ''
  const collect = (data: Buffer) => {
    output = (output + data.toString()).slice(-4000)
  }
  child.stdout?.on('data', collect)
  child.stderr?.on('data', collect)
  const { promise: ended, resolve, reject } = Promise.withResolvers<number | null>()
  child.once('error', reject).once('close', resolve)
  const code = await ended.catch((cause: unknown) => {
    throw explainFailure(output, directory, cause)
  })
  if (code !== 0) throw explainFailure(output, directory)
}
