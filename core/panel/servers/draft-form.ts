// The create form between its pages: exactly what was typed, and from there to a draft.
import { InvalidInput } from '#core/base/errors.ts'
import type { Blueprint } from '#core/domain/blueprint.ts'
import { type FormValues, group, parse } from '#core/panel/http/forms.ts'
import type { DraftView } from '#views/models.ts'
import { type ServerDraft, serverDraftSchema } from './draft.ts'

/** What the form shows first: the blueprint's defaults. */
export function emptyDraft(blueprint: Blueprint, nodeId: string): DraftView {
  const { memoryMiB, cpuPercent, diskMB } = blueprint.resources
  return {
    name: blueprint.name,
    image: blueprint.images[0]?.image ?? '',
    variables: Object.fromEntries(
      blueprint.variables.map((variable) => [
        variable.name,
        variable.kind === 'switch' ? (variable.default ? variable.on : variable.off) : String(variable.default),
      ]),
    ),
    nodeId,
    memoryMiB: String(memoryMiB),
    cpuPercent: String(cpuPercent),
    diskGB: String(diskMB / 1000),
    ports: {},
    startAfterInstall: true,
  }
}

export function typedDraft(blueprint: Blueprint, values: FormValues): DraftView {
  return {
    name: values['name'] ?? '',
    image: values['image'] ?? '',
    variables: switches(blueprint, group(values, 'variables')),
    nodeId: values['nodeId'] ?? '',
    memoryMiB: values['memoryMiB'] ?? '',
    cpuPercent: values['cpuPercent'] ?? '',
    diskGB: values['diskGB'] ?? '',
    ports: { ...group(values, 'ports') },
    startAfterInstall: isOn(values['startAfterInstall']),
  }
}

/** Throws InvalidInput with the form's own field names. */
export function draftFrom(blueprint: Blueprint, typed: DraftView): ServerDraft {
  const fields: Record<string, string> = {}
  const draft = {
    blueprintId: blueprint.id,
    name: typed.name,
    ...(typed.nodeId === '' ? {} : { nodeId: typed.nodeId }),
    ...(typed.image === '' ? {} : { image: typed.image }),
    variables: { ...typed.variables },
    ...optional('memoryMiB', number(fields, 'memoryMiB', typed.memoryMiB)),
    ...optional('cpuPercent', number(fields, 'cpuPercent', typed.cpuPercent)),
    ...optional('diskGB', number(fields, 'diskGB', typed.diskGB)),
    ports: ports(fields, typed.ports),
    startAfterInstall: typed.startAfterInstall,
  }
  try {
    const checked = parse(serverDraftSchema, draft)
    if (Object.keys(fields).length === 0) return checked
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    throw new InvalidInput({ ...error.fields, ...fields })
  }
  throw new InvalidInput(fields)
}

/** A browser sends a checkbox as `true` or, from the hidden field before it, `false`; the blueprint has words of its own. */
export function switches(blueprint: Blueprint, typed: FormValues): Record<string, string> {
  const known = new Set(blueprint.variables.filter(({ kind }) => kind === 'switch').map(({ name }) => name))
  const word = (text: string) => (text === 'true' ? 'on' : text === 'false' ? 'off' : text)
  return Object.fromEntries(Object.entries(typed).map(([name, text]) => [name, known.has(name) ? word(text) : text]))
}

/** Undefined for an empty field. */
export function number(fields: Record<string, string>, field: string, text: string): number | undefined {
  const trimmed = text.trim().replace(',', '.')
  if (trimmed === '') return undefined
  if (/^-?\d{1,12}(\.\d{1,6})?$/.test(trimmed)) return Number(trimmed)
  fields[field] = `Enter a number, not “${trimmed.slice(0, 30)}”.`
  return undefined
}

function ports(fields: Record<string, string>, typed: DraftView['ports']): Record<string, number> {
  return Object.fromEntries(
    Object.entries(typed).flatMap(([name, text]) => {
      const port = number(fields, `ports.${name}`, text)
      return port === undefined ? [] : [[name, port]]
    }),
  )
}

export function optional<K extends string, V>(key: K, value: V | undefined): { readonly [Key in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [Key in K]?: V })
}

const isOn = (text: string | undefined): boolean => text !== undefined && text !== 'false' && text !== ''
