// The panel's own PostgreSQL: made at the first start, adopted when it outlived a crash of the panel, started again
// when it dies, stopped last.
import { chmod, mkdir, realpath, rmdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { PublicError } from '#core/base/errors.ts'
import type { Log } from '#core/base/log.ts'
import type { Outage, Target } from '#core/db/client.ts'
import { chooseRunner, type Runner } from './account.ts'
import { alreadyRunning, type Claim, prepareLogin, tryClaim } from './claim.ts'
import { admitPanel, login, prepareCluster, removeUnfinishedClusters } from './cluster.ts'
import { type Engine, removeOtherEngines, unpackEngine } from './engine.ts'
import { explainFailure } from './failure.ts'
import {
  awaitReady,
  findRunning,
  type Running,
  reload,
  socketTarget,
  startPostmaster,
  stopPostmaster,
} from './postmaster.ts'
import { openSocketFolder } from './socket-folder.ts'

export interface EmbeddedOptions {
  readonly dataDirectory: string
  readonly log: Log
  readonly purpose: 'panel' | 'command'
  /** Over the supervisor's own; for tests. */
  readonly settings?: Readonly<Record<string, string>>
}

export interface Embedded extends AsyncDisposable {
  readonly target: Target
  /** e.g. `18.4`. */
  readonly version: string
  readonly postmaster: () => Running
  readonly outage: Outage
}

/** A panel that is being stopped may take this long to let go of the folder. */
const handOverMs = 4_000
/** Between two starts of a server that keeps dying. It starts at once the first time. */
const backOffMs = [0, 200, 500, 1000, 2000, 5000, 10_000, 30_000]
/** A server that ran this long is well: the next start is a first one again. */
const wellMs = 60_000

export async function openEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { log, purpose } = options
  // PostgreSQL works from the root folder.
  const dataDirectory = resolve(options.dataDirectory)
  const parent = join(dataDirectory, 'panel/postgres')
  const cluster = join(parent, 'cluster')
  const { engine, runner } = await prepare(parent, cluster)
  /** The same for each start by this process: the pools know no other. */
  let socketFolder: string | undefined
  let state = await bringUp()
  let since = Date.now()
  const closing = new AbortController()
  let recovering: Promise<void> | undefined
  watch()

  return {
    target: socketTarget(state.running, login, login),
    version: engine.version,
    postmaster: () => state.running,
    outage: () => recovering,
    async [Symbol.asyncDispose]() {
      closing.abort()
      await recovering
      // A command leaves the server to whoever needs it: it stops only what it started and nobody has claimed since.
      const claim = state.claim ?? (state.started ? await tryClaim(state.running).catch(() => undefined) : undefined)
      await claim?.release()
      if (!claim) return
      await stopPostmaster(state.running.pid)
      // Kept when it is not empty, which would be somebody else's business.
      await rmdir(state.running.socketFolder).catch(() => {})
    },
  }

  /** A server that answers and, for a panel, the claim on it. */
  async function bringUp(): Promise<State> {
    let started = false
    for (const until = Date.now() + handOverMs; ; await delay(100)) {
      let running = await adopt(cluster, runner)
      if (!running) {
        running = await start()
        started = running !== undefined
      }
      try {
        if (running) {
          await prepareLogin(running)
          const claim = purpose === 'panel' ? await tryClaim(running) : undefined
          if (claim) await tidy(parent, engine, started)
          if (claim || purpose === 'command') return { running, claim, started }
        }
      } catch (error) {
        // The panel before us takes its server with it: then there is none, and the next round starts one.
        if (Date.now() >= until) throw explainFailure('', parent, error)
        continue
      }
      if (Date.now() >= until) throw running ? await alreadyRunning(running, dataDirectory) : heldElsewhere(cluster)
    }
  }

  async function start(): Promise<Running | undefined> {
    socketFolder = await openSocketFolder(cluster, runner.account, socketFolder)
    const running = await startPostmaster({
      cluster,
      engine,
      runner,
      socketFolder,
      logFile: join(parent, 'postgres.log'),
      settings: options.settings ?? {},
    })
    if (running) log.info('PostgreSQL runs', { version: engine.version, pid: running.pid })
    return running
  }

  function watch(): void {
    socketFolder = state.running.socketFolder
    void state.claim?.lost.then(() => {
      if (closing.signal.aborted) return
      recovering = recover().finally(() => {
        recovering = undefined
      })
    })
  }

  /** Never gives up while the panel runs: a full disk is emptied at some time. Each failure is in the log. */
  async function recover(): Promise<void> {
    for (let attempt = Date.now() - since > wellMs ? 0 : 1; !closing.signal.aborted; attempt++) {
      log.error('PostgreSQL has stopped by itself; starting it again', { attempt })
      await state.claim?.release()
      const pause = backOffMs[attempt] ?? backOffMs.at(-1)
      await delay(pause, undefined, { signal: closing.signal }).catch(() => {})
      try {
        if (closing.signal.aborted) return
        state = await bringUp()
        since = Date.now()
        return watch()
      } catch (error) {
        log.error('PostgreSQL does not start', { error })
      }
    }
  }
}

interface State {
  readonly running: Running
  readonly claim: Claim | undefined
  /** By this process, rather than found. */
  readonly started: boolean
}

async function prepare(parent: string, cluster: string): Promise<{ engine: Engine; runner: Runner }> {
  // initdb hands the paths to a shell, between double quotes.
  const unsafe = /["$`\\\n]/.exec(parent)?.[0]
  if (unsafe !== undefined) {
    throw new PublicError(
      'database-folder-name',
      `The data folder's path must not contain ${JSON.stringify(unsafe)}: ${parent}`,
      {
        status: 500,
        hint: 'Choose another folder with STELLAR_DATA, or set DATABASE_URL.',
      },
    )
  }
  try {
    await mkdir(parent, { recursive: true })
    // The account that PostgreSQL runs as passes through; the cluster itself is closed to everybody else.
    await chmod(parent, 0o711)
    const engine = await unpackEngine(parent)
    const runner = await chooseRunner(cluster, [parent, await realpath(parent)])
    await prepareCluster(cluster, engine, runner)
    return { engine, runner }
  } catch (error) {
    throw error instanceof PublicError ? error : explainFailure('', parent, error)
  }
}

/** A server that outlived its panel, or one that another process is starting right now. */
async function adopt(cluster: string, runner: Runner): Promise<Running | undefined> {
  const access = await admitPanel(cluster, runner.account)
  if (!(await findRunning(cluster))) return undefined
  const running = await awaitReady(cluster)
  if (running && access === 'changed') reload(running)
  return running
}

async function tidy(parent: string, engine: Engine, started: boolean): Promise<void> {
  await removeUnfinishedClusters(parent)
  // A server that was adopted may be of an earlier version, and still needs its files.
  if (started) await removeOtherEngines(parent, engine)
}

function heldElsewhere(cluster: string): PublicError {
  return new PublicError('database-in-use', `Another process holds the database in ${cluster}.`, {
    status: 500,
    hint: 'If the panel runs in a container as well, stop that one first.',
  })
}
