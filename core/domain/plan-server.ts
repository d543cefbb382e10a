// Turns a blueprint and a person's choices into what a node is told: every placeholder filled in, nothing left to
// decide. Pure: the same choices always give the same plan.
import { InvalidInput, PublicError } from '#core/base/errors.ts'
import type { Blueprint } from './blueprint.ts'
import { fill, portVariable } from './placeholders.ts'
import type { InstallPlan, PortBinding, RunSpec } from './plan.ts'
import { mebibytes, type Resources } from './resources.ts'
import { type CheckOptions, checkVariables } from './variables.ts'

export interface ServerChoices {
  readonly id: string
  readonly name: string
  /** One of the blueprint's images. */
  readonly image: string
  /** As typed, or values of an earlier plan. */
  readonly variables: Readonly<Record<string, string>>
  /** Those claimed on the node; optional ports may be missing. */
  readonly ports: readonly PortBinding[]
  readonly resources: Resources
}

export interface ServerPlan {
  readonly run: RunSpec
  /** Undefined: pulling the image is all there is to do. */
  readonly install: InstallPlan['script']
  /** The value of each variable; what is stored, secrets included. */
  readonly values: Record<string, string>
}

/** Throws InvalidInput for variables (`variables.NAME`), `image` and `ports.NAME`. */
export function planServer(blueprint: Blueprint, choices: ServerChoices, options: CheckOptions = {}): ServerPlan {
  checkImage(blueprint, choices.image)
  checkPorts(blueprint, choices.ports)
  const variables = checkVariables(blueprint, choices.variables, options)
  return planAsStored(blueprint, { ...choices, variables })
}

/**
 * What was accepted once, without asking again: a server whose image or values no longer fit can still be shown,
 * stopped and deleted. Never throws.
 */
export function planAsStored(blueprint: Blueprint, choices: ServerChoices): ServerPlan {
  const values = { ...choices.variables }
  const known = new Map([...Object.entries(values), ...Object.entries(builtins(blueprint, choices))])
  const filled = (template: string): string => fill(template, known)
  const environment = {
    // The root is read-only and uid 1000 has no entry in most images' passwd: HOME would be /, where nothing can be kept.
    HOME: blueprint.dataPath,
    ...Object.fromEntries(known),
    ...mapValues(blueprint.environment, filled),
  }
  const { resources } = choices
  const { stop } = blueprint
  const run: RunSpec = {
    image: choices.image,
    command: blueprint.start.map(filled),
    environment,
    ports: choices.ports.map(({ name, port, protocol }) => ({ name, port, protocol })),
    memoryBytes: resources.memoryBytes,
    cpuPercent: resources.cpuPercent,
    diskBytes: resources.diskBytes,
    dataPath: blueprint.dataPath,
    workingDirectory: blueprint.workingDirectory ?? blueprint.dataPath,
    user: blueprint.user,
    tmpfs: blueprint.tmpfs,
    tty: blueprint.console.tty,
    consoleInput: blueprint.console.input,
    configFiles: blueprint.configFiles.map((file) => ({ ...file, set: mapValues(file.set, filled) })),
    ready: blueprint.ready,
    readyTimeout: blueprint.readyTimeout,
    stop: { ...stop, by: stop.by.kind === 'command' ? { ...stop.by, command: filled(stop.by.command) } : stop.by },
    crash: blueprint.crash,
    hints: blueprint.hints,
    ...(blueprint.adapter !== undefined && { adapter: blueprint.adapter }),
  }
  const { install } = blueprint
  return {
    run,
    // The script is run as it stands: it reads the environment, so that no value is ever parsed by a shell.
    install: install && {
      image: install.image,
      entrypoint: install.entrypoint,
      script: install.script,
      environment,
      timeoutSeconds: install.timeoutSeconds,
      memoryBytes: mebibytes(install.memoryMiB),
    },
    values,
  }
}

function builtins(blueprint: Blueprint, { id, name, ports, resources }: ServerChoices): Record<string, string> {
  const game = ports.find((port) => port.name === 'game') ?? ports[0]
  const numbers = ports.map((port) => [portVariable(port.name), String(port.port)])
  return {
    ...Object.fromEntries(numbers),
    // It ends up in config files of one setting a line.
    SERVER_NAME: name.replace(/[\u0000-\u001f\u007f]+/g, ' '),
    SERVER_ID: id,
    SERVER_MEMORY: String(Math.floor(resources.memoryBytes / mebibytes(1))),
    SERVER_PORT: String(game?.port ?? ''),
    // Inside its own network the container listens on every address; which of the node's it is reached at is the node's to say.
    SERVER_IP: '0.0.0.0',
    DATA_PATH: blueprint.dataPath,
  }
}

function checkImage({ images }: Blueprint, chosen: string): void {
  if (images.some(({ image }) => image === chosen)) return
  throw new InvalidInput({ image: `Choose one of ${images.map(({ label }) => label).join(', ')}.` })
}

/** The panel claims the ports, so a mismatch is no mistake of the person. */
function checkPorts({ name, ports }: Blueprint, bound: readonly PortBinding[]): void {
  for (const port of ports) {
    if (port.required && !bound.some((binding) => binding.name === port.name)) {
      throw new PublicError('port-missing', `${name} needs a port “${port.name}” and has none.`, { status: 409 })
    }
  }
  const stranger = bound.find((binding) => !ports.some((port) => port.name === binding.name))
  if (stranger) throw new PublicError('port-unknown', `${name} has no port “${stranger.name}”.`, { status: 409 })
}

function mapValues(
  record: Readonly<Record<string, string>>,
  change: (value: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}
