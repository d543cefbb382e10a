// Gives a blueprint its type where it is written. The rules that types cannot hold are checked when the plugin opens.
import type { BlueprintInput } from './contributions.ts'

export function defineBlueprint(blueprint: BlueprintInput): BlueprintInput {
  return blueprint
}
