// Checks a whole blueprint: its schema, and what a schema cannot say: names that clash, placeholders that nobody
// fills, ports and variables that do not exist.
import { type Blueprint, blueprintSchema } from '#core/domain/blueprint.ts'
import { blueprintFaults } from '#core/domain/blueprint-faults.ts'

/** With every default filled in. Throws with the first fault. */
export function checkBlueprint(value: unknown): Blueprint {
  const { data, error } = blueprintSchema.safeParse(value)
  if (!data) {
    const [issue] = error.issues
    throw new TypeError(`${issue?.path.join('.') || 'blueprint'}: ${issue?.message ?? 'wrong shape'}`)
  }
  const [fault] = blueprintFaults(data)
  if (fault) throw new TypeError(fault)
  return data
}
