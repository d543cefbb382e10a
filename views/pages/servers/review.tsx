// Third step of creating a server: what will be made, then Create.
import type { Blueprint } from '#core/domain/blueprint.ts'
import type { InstallPlan, RunSpec } from '#core/domain/plan.ts'
import type { DraftView, NodeView, Shell } from '#views/models.ts'

export interface ReviewServerProps {
  readonly shell: Shell
  readonly blueprint: Blueprint
  readonly draft: DraftView
  readonly node: NodeView
  /** What planServer() made of the draft; ports may still be the preferred ones. */
  readonly plan: { readonly run: RunSpec; readonly install: InstallPlan }
}

export function ReviewServerPage({ shell, blueprint, draft, node, plan }: ReviewServerProps) {
  return (
    <main>
      {shell.instance} {blueprint.name} {draft.name} {node.name} {plan.run.image}
    </main>
  )
}
