// All servers of a node: loads them from disk, finds their containers again, and hands each what concerns it.
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PublicError } from '#core/base/errors.ts'
import type { Log } from '#core/base/log.ts'
import type { DesiredServer } from '#core/domain/plan.ts'
import type { Report } from '#core/node/context.ts'
import { readWhole, writeWhole } from '#core/node/files/disk.ts'
import type { NodeRegistry } from '#core/plugins/registry.ts'
import type { NodeSettings, NodeStatus } from '#core/protocol/messages.ts'
import { openConsole } from './console.ts'
import { bootId } from './machine.ts'
import { openServer } from './server.ts'
import type { Server } from './server-contract.ts'
import { type LoadedServer, openServerDisk } from './server-disk.ts'
import { measureServers } from './stats.ts'
import { statusMeter } from './status.ts'

export interface SupervisorOptions {
  /** `<data>/node`. */
  readonly directory: string
  readonly registry: NodeRegistry
  readonly driverId: string
  readonly report: Report
  readonly version: string
  readonly log: Log
}

export interface Supervisor extends AsyncDisposable {
  held(): readonly { readonly id: string; readonly revision: number }[]
  status(): Promise<NodeStatus>
  /** Durable when it resolves; convergence goes on in the background. */
  apply(server: DesiredServer): Promise<void>
  settings(settings: NodeSettings): void
  /** Throws PublicError `server-not-found`. */
  server(id: string): Server
}

const statusEveryMs = 5000
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export async function openSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  const { registry, driverId, report, log } = options
  const directory = join(options.directory, 'servers')
  const aliveFile = join(options.directory, 'alive')
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const lastAlive = Number((await readWhole(aliveFile)) ?? Number.NaN)

  const servers = new Map<string, Server>()
  const opening = new Map<string, Promise<Server>>()
  const watching = new AbortController()
  const driver = () => registry.driver(driverId)
  const boot = bootId()
  let settings: NodeSettings = { portRange: { from: 20_000, to: 40_000 }, mirrors: [], logins: [] }
  /** When the engine was last seen, and when it was before it went away. */
  let lastHealthy: number | undefined
  let lostAt: number | undefined
  let watched = false

  async function open(desired: DesiredServer, loaded: LoadedServer): Promise<Server> {
    const { id } = desired
    const serverLog = log.with({ server: id })
    const console = await openConsole({ directory: loaded.disk.console, log: serverLog })
    const server = openServer({
      desired,
      state: loaded.stateFor(desired),
      disk: loaded.disk,
      console,
      driver,
      sources: () => settings,
      report,
      log: serverLog,
      bootId: boot,
      lastAlive: Number.isFinite(lastAlive) ? lastAlive : undefined,
      onRemoved: () => servers.delete(id),
    })
    servers.set(id, server)
    return server
  }

  async function load(id: string): Promise<void> {
    const loaded = await openServerDisk(join(directory, id), log)
    // Without its desired state nothing is done to it; the panel sends that again.
    if (loaded.desired) await open(loaded.desired, loaded)
    else log.warn('a server’s desired state cannot be read and is awaited from the panel', { server: id })
  }

  for (const name of await readdir(directory)) {
    if (!uuid.test(name)) continue
    await load(name).catch((error: unknown) => log.error('a server could not be opened', { server: name, error }))
  }

  const measureStatus = statusMeter({
    directory,
    registry,
    driverId,
    driver,
    version: options.version,
    portRange: () => settings.portRange,
    portsOfOurs: () =>
      new Set(
        [...servers.values()].flatMap((server) => (server.run ? server.desired.run.ports.map(({ port }) => port) : [])),
      ),
  })

  async function status(): Promise<NodeStatus> {
    const now = await measureStatus()
    if (now.driver.healthy) lastHealthy = Date.now()
    else lostAt ??= lastHealthy
    return now
  }

  let looking: Promise<void> | undefined
  function look(): void {
    looking ??= Promise.all([status().then((now) => report.status(now)), writeWhole(aliveFile, String(Date.now()))])
      .catch((error: unknown) => log.warn('the node’s status could not be measured', { error }))
      .then(() => {
        looking = undefined
      })
  }
  look()
  const statusTimer = setInterval(look, statusEveryMs)

  try {
    driver().watch((id) => {
      if (id !== undefined) return
      // The first call only says that the engine is there; each later one, that it had gone.
      const since = watched ? (lostAt ?? lastHealthy) : lostAt
      watched = true
      lostAt = undefined
      for (const server of servers.values()) server.engineReturned(since)
    }, watching.signal)
  } catch (error) {
    log.error('the runtime driver is not there, so no server can run', { error })
  }
  const stats = measureServers({ servers: () => servers.values(), registry, report, log })

  return {
    held: () => [...servers.values()].map(({ id, desired }) => ({ id, revision: desired.revision })),
    status,

    async apply(desired) {
      const present = servers.get(desired.id) ?? (await opening.get(desired.id))
      if (present) return present.apply(desired)
      // A second message for the same new server waits for the first.
      const first = (async () => {
        const loaded = await openServerDisk(join(directory, desired.id), log)
        await loaded.disk.saveDesired(desired)
        return open(desired, loaded)
      })()
      opening.set(desired.id, first)
      await first.finally(() => opening.delete(desired.id))
    },

    settings(next) {
      settings = next
    },

    server(id) {
      const server = servers.get(id)
      if (!server) throw new PublicError('server-not-found', 'This node has no such server.', { status: 404 })
      return server
    },

    async [Symbol.asyncDispose]() {
      watching.abort()
      clearInterval(statusTimer)
      await stats[Symbol.asyncDispose]()
      await looking
      await Promise.all([...servers.values()].map((server) => server[Symbol.asyncDispose]()))
    },
  }
}
