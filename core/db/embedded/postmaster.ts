// The process of the embedded PostgreSQL: found, started, waited for and stopped.
import { open, readFile, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { PublicError } from '#core/base/errors.ts'
import type { Runner } from './account.ts'
import { superuser } from './cluster.ts'
import type { Engine } from './engine.ts'
import { explainFailure, isBusy } from './failure.ts'
import { socketPort } from './socket-folder.ts'

export interface Running {
  readonly pid: number
  readonly socketFolder: string
}

export interface Start {
  readonly cluster: string
  readonly engine: Engine
  readonly runner: Runner
  readonly socketFolder: string
  readonly logFile: string
  readonly settings: Readonly<Record<string, string>>
}

/** Recovery after a crash replays at most max_wal_size; two minutes are for a disk that is slow and busy. */
const readyMs = 120_000
/** A fast shutdown writes one checkpoint; after this the server is told to leave at once, and recovers at next start. */
const stopMs = 30_000
const pollMs = 10
/** The log holds starts, stops and crashes, never statements: it grows slowly, and begins anew at this size. */
const longestLog = 4 * 1024 * 1024

/**
 * Small and durable: what a panel needs on a machine whose memory belongs to games. Durability stays PostgreSQL's own
 * default (fsync and synchronous_commit on).
 */
const defaults: Readonly<Record<string, string>> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  port: String(socketPort),
  max_connections: '40',
  shared_buffers: '64MB',
  max_wal_size: '256MB',
  wal_level: 'replica',
  jit: 'off',
  // Each of these keeps idle processes away that a panel's database has no use for.
  io_method: 'sync',
  max_logical_replication_workers: '0',
  max_parallel_workers_per_gather: '0',
  // Errors of statements go back to the panel, which logs them; here are life events.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
  log_timezone: 'UTC',
  timezone: 'UTC',
}

/** The server that has this folder open now, ready or not; undefined when there is none. */
export async function findRunning(cluster: string): Promise<(Running & { readonly status: string }) | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')
  const [pid = '', , , , socketFolder = '', , , status = ''] = text.split('\n').map((line) => line.trim())
  if (!(await isPostgres(Number(pid)))) return undefined
  return { pid: Number(pid), socketFolder, status }
}

/** Resolves with undefined when somebody else has, or just had, the folder: look again. */
export async function startPostmaster(start: Start): Promise<Running | undefined> {
  const { cluster, engine, runner, socketFolder, logFile } = start
  const folder = join(cluster, '..')
  const old = await stat(logFile).catch(() => undefined)
  if (old && old.size > longestLog) await truncate(logFile, 0)
  const log = await open(logFile, 'a', 0o600).catch((cause: unknown) => {
    throw explainFailure('', folder, cause)
  })
  try {
    const { size } = await log.stat()
    const settings = { ...defaults, unix_socket_directories: socketFolder, ...start.settings }
    const child = runner.spawn(
      engine.postgres,
      ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      {
        cwd: '/',
        env: { PATH: process.env['PATH'], TZ: 'UTC' },
        stdio: ['ignore', log.fd, log.fd],
        // Ctrl-C reaches the whole process group of the terminal: PostgreSQL must outlive the panel's last write.
        detached: true,
      },
    )
    child.unref()
    const ended: { reason?: unknown } = {}
    child.once('error', (error) => (ended.reason = error)).once('exit', (code) => (ended.reason ??= code ?? 'killed'))

    for (const until = Date.now() + readyMs; Date.now() < until; await delay(pollMs)) {
      const running = await findRunning(cluster)
      if (running && running.pid === child.pid && running.status === 'ready') return running
      if (ended.reason === undefined) continue
      const output = await tail(logFile, size)
      if (isBusy(output)) return undefined
      throw explainFailure(output, folder, ended.reason instanceof Error ? ended.reason : undefined)
    }
    throw tooSlow(folder)
  } finally {
    await log.close()
  }
}

/** Waits until a server that somebody else started answers; undefined when it went away instead. */
export async function awaitReady(cluster: string): Promise<Running | undefined> {
  for (const until = Date.now() + readyMs; Date.now() < until; await delay(pollMs)) {
    const running = await findRunning(cluster)
    if (!running) return undefined
    if (running.status === 'ready') return running
  }
  throw tooSlow(join(cluster, '..'))
}

/** Rolls back what is open, writes a checkpoint, leaves. Resolves when the process is gone. */
export async function stopPostmaster(pid: number): Promise<void> {
  for (const [signal, patienceMs] of [
    ['SIGINT', stopMs],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    try {
      process.kill(pid, signal)
    } catch {
      return
    }
    for (const until = Date.now() + patienceMs; Date.now() < until; await delay(pollMs)) {
      if (!(await isPostgres(pid))) return
    }
  }
}

/** Makes it read pg_hba.conf and pg_ident.conf again. */
export function reload(running: Running): void {
  process.kill(running.pid, 'SIGHUP')
}

export function socketTarget(running: Running, database: string, username: string = superuser) {
  return { host: running.socketFolder, port: socketPort, database, username }
}

function tooSlow(folder: string): PublicError {
  return new PublicError('database-too-slow', `PostgreSQL did not become ready within ${readyMs / 1000} seconds.`, {
    status: 500,
    hint: `It may be recovering on a slow disk; its messages are in ${folder}/postgres.log. Start Stellar again to go on waiting.`,
  })
}

/** Numbers of processes are used again: the name tells a server from whatever came after it. */
async function isPostgres(pid: number): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 0) return false
  if (process.platform === 'linux') {
    // A zombie (Z) has left; whether its parent has noticed is nothing to wait for.
    const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    return /^\d+ \(postgres\) [^ZX]/.test(line)
  }
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function tail(path: string, from: number): Promise<string> {
  const text = await readFile(path).catch(() => Buffer.alloc(0))
  return text.subarray(Math.max(from, text.length - 8000)).toString()
}
