// Fills `{{NAME}}` in commands, environment and config files. Substitution only: no expressions, no paths into
// objects, one pass, so that a value which itself looks like a placeholder stays text.
import { type Blueprint, builtinVariables } from './blueprint.ts'

/** Wider than what a blueprint may declare, so that `{{config.token}}` or `{{__proto__}}` is seen and renders nothing. */
const anyPlaceholder = /\{\{\s*([\w.[\]-]*)\s*\}\}/g

/** What is not in `values` renders as nothing: a template never learns anything it was not given by name. */
export function fill(template: string, values: ReadonlyMap<string, string>): string {
  return template.replace(anyPlaceholder, (_, name: string) => values.get(name) ?? '')
}

export function placeholdersIn(template: string): string[] {
  return [...template.matchAll(anyPlaceholder)].map((match) => match[1] ?? '')
}

/** The variable that carries a port's number: `rcon-web` is `RCON_WEB_PORT`. */
export function portVariable(portName: string): string {
  return `${portName.toUpperCase().replaceAll('-', '_')}_PORT`
}

/** Every name a blueprint's templates may use. */
export function knownPlaceholders(blueprint: Pick<Blueprint, 'variables' | 'ports'>): Set<string> {
  return new Set([
    ...builtinVariables,
    ...blueprint.ports.map((port) => portVariable(port.name)),
    ...blueprint.variables.map((variable) => variable.name),
  ])
}
