// The blueprints of all running plugins, in the order of the configuration.
import { type Blueprint, blueprintSchema } from '#core/domain/blueprint.ts'
import type { PanelRegistry } from './registry.ts'

/** They were checked when their plugins opened; this fills in the defaults for their type as well. */
export function blueprintsOf(registry: PanelRegistry): Blueprint[] {
  return registry.all('blueprints').map((blueprint) => blueprintSchema.parse(blueprint))
}
