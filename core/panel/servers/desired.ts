// From a row to what its node is told. The only place where a server's secrets are readable.
import { InvalidInput, PublicError } from '#core/base/errors.ts'
import type { DesiredServer, PortBinding } from '#core/domain/plan.ts'
import { planAsStored, planServer, type ServerChoices } from '#core/domain/plan-server.ts'
import type { Secrets } from '#core/panel/context.ts'
import type { FieldErrors } from '#views/models.ts'
import { openVariables, type Variables } from './sealed-variables.ts'
import type { ServerRecord } from './write-store.ts'

/** As it was accepted, also when the rules have changed since: what runs can be stopped and deleted. */
export function desiredServer(row: ServerRecord, ports: readonly PortBinding[], secrets: Secrets): DesiredServer {
  const deleted = row.deletedAt !== null
  // What is deleted is never started again: it goes also when the key of its secrets is lost.
  const variables = deleted ? row.variables : openVariables(row.blueprint, row.variables, secrets)
  const { run, install } = planAsStored(row.blueprint, choicesOf(row, ports, variables))
  return {
    id: row.id,
    name: row.name,
    revision: row.revision,
    run,
    install: { request: row.installRequest, ...(install && { script: install }) },
    power: { want: row.powerWant, request: row.powerRequest, how: row.powerHow },
    deleted,
  }
}

function choicesOf(row: ServerRecord, ports: readonly PortBinding[], variables: Variables): ServerChoices {
  return {
    id: row.id,
    name: row.name,
    image: row.image,
    variables,
    ports,
    resources: { memoryBytes: row.memoryBytes, cpuPercent: row.cpuPercent, diskBytes: row.diskBytes },
  }
}

/** The command line as people may see it: secrets are drawn as dots. */
export function shownCommand(row: ServerRecord, ports: readonly PortBinding[]): readonly string[] {
  const dots = { encrypt: () => '', decrypt: () => '••••••••' }
  const variables = openVariables(row.blueprint, row.variables, dots)
  return planAsStored(row.blueprint, choicesOf(row, ports, variables)).run.command
}

/** What of a server no longer fits its blueprint, by field as on Startup; '' is about all of it. Empty: it can start. */
export function misfits(row: ServerRecord, ports: readonly PortBinding[], secrets: Secrets): FieldErrors {
  let variables: Variables
  try {
    variables = openVariables(row.blueprint, row.variables, secrets)
  } catch {
    return { '': 'Its secrets cannot be read: they were sealed with another key than the one this panel has.' }
  }
  try {
    planServer(row.blueprint, choicesOf(row, ports, variables))
    return {}
  } catch (error) {
    if (error instanceof InvalidInput) return error.fields
    if (error instanceof PublicError) return { '': error.message }
    throw error
  }
}

/** Before it is started or installed: refused here, with a sentence, and not on the node. */
export function refuseMisfit(row: ServerRecord, ports: readonly PortBinding[], secrets: Secrets): void {
  const [sentence] = Object.values(misfits(row, ports, secrets))
  if (sentence === undefined) return
  throw new PublicError('server-misfit', `${row.name} no longer fits its blueprint. ${sentence}`, {
    status: 409,
    hint: 'Its Startup page says what to change.',
  })
}
