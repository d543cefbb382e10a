// Second step of creating a server: a form made from the blueprint.
import type { Blueprint } from '#core/domain/blueprint.ts'
import type { DraftView, FieldErrors, NodeView, Shell } from '#views/models.ts'

/** A node with what the panel says about this draft on it. */
export type NodePick = NodeView & {
  readonly fits: boolean
  /** Why it does not fit, as a short sentence. */
  readonly reason?: string | undefined
  readonly best: boolean
}

export interface ConfigureServerProps {
  readonly shell: Shell
  readonly blueprint: Blueprint
  readonly draft: DraftView
  readonly nodes: readonly NodePick[]
  readonly errors: FieldErrors
}

export function ConfigureServerPage({ shell, blueprint, draft, nodes, errors }: ConfigureServerProps) {
  return (
    <main>
      {shell.instance} {blueprint.name} {draft.name} {nodes.length} {Object.keys(errors).length}
    </main>
  )
}
