// What a blueprint's schema cannot say: names that clash, placeholders nobody fills, variables and ports that are not
// there, defaults that its own rules refuse.
import { type Blueprint, builtinVariables } from './blueprint.ts'
import { knownPlaceholders, placeholdersIn, portVariable } from './placeholders.ts'
import { checkVariable } from './variables.ts'

/** One sentence a fault; empty for a sound blueprint. */
export function blueprintFaults(blueprint: Blueprint): string[] {
  return [
    ...clashes(blueprint),
    ...unknownPlaceholders(blueprint),
    ...shellTemplates(blueprint),
    ...missingParts(blueprint),
    ...wrongDefaults(blueprint),
  ]
}

function clashes({ variables, ports, images, hints }: Blueprint): string[] {
  const taken = [
    ...builtinVariables,
    ...ports.map((port) => portVariable(port.name)).filter((name) => name !== 'SERVER_PORT'),
  ]
  return [
    ...repeated([...taken, ...variables.map((variable) => variable.name)]).map(
      (name) => `variables: ${name} is declared twice, or is a name that every server has`,
    ),
    ...repeated(ports.map((port) => port.name)).map((name) => `ports: ${name} is declared twice`),
    ...repeated(images.map(({ image }) => image)).map((image) => `images: ${image} is listed twice`),
    ...repeated(hints.map((hint) => hint.id)).map((id) => `hints: ${id} is declared twice`),
  ]
}

function unknownPlaceholders(blueprint: Blueprint): string[] {
  const known = knownPlaceholders(blueprint)
  const { start, environment, configFiles, stop } = blueprint
  const templates: [place: string, template: string][] = [
    ...start.map((argument): [string, string] => ['start', argument]),
    ...Object.entries(environment).map(([name, value]): [string, string] => [`environment.${name}`, value]),
    ...configFiles.flatMap((file) =>
      Object.entries(file.set).map(([key, value]): [string, string] => [`configFiles ${file.path} ${key}`, value]),
    ),
    ['stop', stop.by.kind === 'command' ? stop.by.command : ''],
  ]
  return templates.flatMap(([place, template]) =>
    placeholdersIn(template)
      .filter((name) => !known.has(name))
      .map((name) => `${place}: {{${name}}} is neither a variable of this blueprint nor one that every server has`),
  )
}

/** A value pasted into a shell's program text would be run, not read. */
function shellTemplates({ start }: Blueprint): string[] {
  return start.flatMap((argument, index) =>
    index > 0 &&
    /^-[a-z]*c$/.test(start[index - 1] ?? '') &&
    /(^|\/)(ba|da|a)?sh$/.test(start[0] ?? '') &&
    placeholdersIn(argument).length > 0
      ? ['start: a shell script may hold no placeholders; read the environment instead, as in "$SERVER_NAME"']
      : [],
  )
}

function missingParts({ ports, variables, ready, hints, stop, console }: Blueprint): string[] {
  const faults: string[] = []
  if (!ports.some((port) => port.name === 'game'))
    faults.push('ports: one port must be named game; it is the one in the address')
  if (ready.when === 'port') {
    const port = ports.find(({ name }) => name === ready.port)
    if (!port) faults.push(`ready.port: there is no port ${ready.port}`)
    else if (port.protocol === 'udp') faults.push(`ready.port: ${ready.port} is UDP; only a TCP port can be asked`)
  }
  if (stop.by.kind === 'command' && console.input === 'none') {
    faults.push('stop: a command cannot be sent to a console that reads no input')
  }
  for (const { id, fix } of hints) {
    if (fix && !variables.some(({ name }) => name === fix.variable)) {
      faults.push(`hints.${id}.fix: there is no variable ${fix.variable}`)
    }
  }
  return faults
}

/** An empty default of a required variable is fine: the form asks for it. */
function wrongDefaults({ variables }: Blueprint): string[] {
  return variables.flatMap((variable) => {
    const text = variable.kind === 'switch' ? (variable.default ? variable.on : variable.off) : String(variable.default)
    if (text === '') return []
    const checked = checkVariable(variable, text)
    return 'wrong' in checked ? [`variables.${variable.name}.default: ${checked.wrong}`] : []
  })
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))]
}
