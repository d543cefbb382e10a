// Set-up, third step: the first game. GET urls.newServer with `blueprint`, like the gallery.
import type { Blueprint } from '#core/domain/blueprint.ts'
import { BareLayout, type Stage } from '#views/layouts/bare.tsx'
import type { NodeView } from '#views/models.ts'

export interface SetupGameProps extends Stage {
  readonly blueprints: readonly Blueprint[]
  readonly node?: NodeView | undefined
  readonly owner?: { readonly name: string; readonly email: string } | undefined
}

export function SetupGamePage({ blueprints, node, owner, ...stage }: SetupGameProps) {
  return (
    <BareLayout {...stage} title="First server">
      {blueprints.length} {node?.name} {owner?.name}
    </BareLayout>
  )
}
