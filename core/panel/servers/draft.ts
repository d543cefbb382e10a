// What a person chooses for a new server, as numbers and texts, and the part of its checks that needs no node.
import { z } from 'zod'
import { InvalidInput } from '#core/base/errors.ts'
import type { Blueprint } from '#core/domain/blueprint.ts'
import { gigabytes, mebibytes, type Resources } from '#core/domain/resources.ts'
import { serverNameSchema } from '#core/domain/server.ts'
import { checkVariables } from '#core/domain/variables.ts'

export const memoryMiBSchema = z
  .int('A whole number of MiB.')
  .min(16, 'At least 16 MiB.')
  .max(16_777_216, 'At most 16 TiB.')
export const cpuPercentSchema = z
  .int('A whole number of percent.')
  .min(5, 'At least 5 % of one core.')
  .max(102_400, 'At most 1024 cores.')
export const diskGBSchema = z
  .number('A number of GB.')
  .min(0.1, 'At least 0.1 GB.')
  .max(1_000_000, 'At most 1 000 000 GB.')
const portNumberSchema = z
  .int('A port is a whole number.')
  .min(1, 'Ports begin at 1.')
  .max(65_535, 'Ports end at 65535.')

/** Left out means: the blueprint's default, the only node, a free port. */
export const serverDraftSchema = z.strictObject({
  blueprintId: z.string().min(1).max(60),
  name: serverNameSchema,
  nodeId: z.uuid('Choose a node.').optional(),
  image: z.string().max(300).optional(),
  variables: z.record(z.string().max(61), z.string().max(4000)).default({}),
  memoryMiB: memoryMiBSchema.optional(),
  cpuPercent: cpuPercentSchema.optional(),
  diskGB: diskGBSchema.optional(),
  /** By the name of the blueprint's port. */
  ports: z.record(z.string().max(60), portNumberSchema).default({}),
  startAfterInstall: z.boolean().default(true),
})
export type ServerDraft = z.output<typeof serverDraftSchema>

export interface CheckedDraft {
  readonly name: string
  readonly image: string
  readonly values: Readonly<Record<string, string>>
  readonly resources: Resources
}

/** Throws InvalidInput that names every field that is wrong. */
export function checkDraft(blueprint: Blueprint, draft: ServerDraft, editor: 'user' | 'admin'): CheckedDraft {
  const fields: Record<string, string> = {}
  const image = draft.image ?? blueprint.images[0]?.image ?? ''
  if (!blueprint.images.some((known) => known.image === image)) {
    fields['image'] = `Choose one of ${blueprint.images.map(({ label }) => label).join(', ')}.`
  }
  for (const name of Object.keys(draft.ports)) {
    if (!blueprint.ports.some((port) => port.name === name))
      fields[`ports.${name}`] = `${blueprint.name} has no port “${name}”.`
  }
  const defaults = blueprint.resources
  const memoryMiB = draft.memoryMiB ?? defaults.memoryMiB
  const short = memoryShortage(blueprint, memoryMiB)
  if (short !== undefined) fields['memoryMiB'] = short
  const values = collect(fields, () => checkVariables(blueprint, draft.variables, { editor }))
  if (!values || Object.keys(fields).length > 0) throw new InvalidInput(fields)
  return {
    name: draft.name,
    image,
    values,
    resources: {
      memoryBytes: mebibytes(memoryMiB),
      cpuPercent: draft.cpuPercent ?? defaults.cpuPercent,
      diskBytes: gigabytes(draft.diskGB ?? defaults.diskMB / 1000),
    },
  }
}

export function memoryShortage(blueprint: Blueprint, memoryMiB: number): string | undefined {
  const { minimumMemoryMiB } = blueprint.resources
  return memoryMiB < minimumMemoryMiB ? `${blueprint.name} needs at least ${minimumMemoryMiB} MiB.` : undefined
}

function collect<T>(fields: Record<string, string>, check: () => T): T | undefined {
  try {
    return check()
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    Object.assign(fields, error.fields)
    return undefined
  }
}
