// From a row to what its node is told. The only place where a server's secrets are readable.

import type { DesiredServer, PortBinding } from '#core/domain/plan.ts'
import { planServer, type ServerPlan } from '#core/domain/plan-server.ts'
import type { Secrets } from '#core/panel/context.ts'
import { openVariables } from './sealed-variables.ts'
import type { ServerRecord } from './write-store.ts'

export function desiredServer(row: ServerRecord, ports: readonly PortBinding[], secrets: Secrets): DesiredServer {
  const { run, install } = planOf(row, ports, secrets)
  return {
    id: row.id,
    name: row.name,
    revision: row.revision,
    run,
    install: { request: row.installRequest, ...(install && { script: install }) },
    power: { want: row.powerWant, request: row.powerRequest, how: row.powerHow },
    deleted: row.deletedAt !== null,
  }
}

function planOf(row: ServerRecord, ports: readonly PortBinding[], secrets: Secrets): ServerPlan {
  return planServer(row.blueprint, {
    id: row.id,
    name: row.name,
    image: row.image,
    variables: openVariables(row.blueprint, row.variables, secrets),
    ports,
    resources: { memoryBytes: row.memoryBytes, cpuPercent: row.cpuPercent, diskBytes: row.diskBytes },
  })
}

/** The command line as people may see it: secrets are drawn as dots. */
export function shownCommand(row: ServerRecord, ports: readonly PortBinding[]): readonly string[] {
  const dots = { encrypt: () => '', decrypt: () => '••••••••' }
  return planOf(row, ports, dots).run.command
}
