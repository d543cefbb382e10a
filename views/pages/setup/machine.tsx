// Set-up, second step: what this machine offers.
import { BareLayout, type Stage } from '#views/layouts/bare.tsx'
import type { NodeView } from '#views/models.ts'

export interface SetupMachineProps extends Stage {
  /** The local node; undefined until it has enrolled itself. */
  readonly node: NodeView | undefined
}

export function SetupMachinePage({ node, ...stage }: SetupMachineProps) {
  return (
    <BareLayout {...stage} title="This machine">
      {node?.name}
    </BareLayout>
  )
}
