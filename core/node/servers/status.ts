// The node's own condition: the machine, the engine, the plugins. Looked at every five seconds, so that a Docker that
// is installed or started meanwhile is found by itself.
import { hostname } from 'node:os'
import { messageOf } from '#core/base/errors.ts'
import type { DriverHealth, RuntimeDriver } from '#core/plugins/contributions.ts'
import type { NodeRegistry } from '#core/plugins/registry.ts'
import type { NodeSettings, NodeStatus } from '#core/protocol/messages.ts'
import { architecture, capacity, operatingSystem, usageMeter } from './machine.ts'
import { portsTaken } from './ports.ts'

export interface StatusOptions {
  readonly directory: string
  readonly registry: NodeRegistry
  readonly driverId: string
  readonly driver: () => RuntimeDriver
  readonly version: string
  readonly portRange: () => NodeSettings['portRange']
  /** Ports that running servers of ours hold. */
  readonly portsOfOurs: () => ReadonlySet<number>
}

const healthDeadlineMs = 5000

/** Measures at each call. */
export function statusMeter(options: StatusOptions): () => Promise<NodeStatus> {
  const usage = usageMeter()
  const fixed = {
    hostname: hostname(),
    version: options.version,
    operatingSystem: operatingSystem(),
    architecture: architecture(),
  }

  return async function status() {
    const [health, room] = await Promise.all([healthOf(options.driver), capacity(options.directory)])
    return {
      at: new Date().toISOString(),
      ...fixed,
      capacity: room,
      usage: usage(),
      portsTaken: portsTaken(options.portRange(), options.portsOfOurs()),
      driver: {
        id: options.driverId,
        healthy: health.healthy,
        detail: health.detail,
        ...(health.fix !== undefined && { fix: health.fix }),
        ...(health.engine !== undefined && { engine: health.engine }),
        ...(health.facts && { facts: { ...health.facts } }),
        ...(health.warnings && { warnings: [...health.warnings] }),
      },
      plugins: options.registry.plugins.map(({ name, state, reason }) => ({
        name,
        state,
        ...(reason !== undefined && { reason }),
      })),
    }
  }
}

async function healthOf(driver: () => RuntimeDriver): Promise<DriverHealth> {
  try {
    return await driver().health(AbortSignal.timeout(healthDeadlineMs))
  } catch (error) {
    return { healthy: false, detail: messageOf(error) }
  }
}
