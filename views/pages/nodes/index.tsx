// All machines that run servers.
import { AppLayout } from '#views/layouts/app.tsx'
import type { NodeView, Shell } from '#views/models.ts'

export interface NodesProps {
  readonly shell: Shell
  readonly nodes: readonly NodeView[]
}

export function NodesPage({ shell, nodes }: NodesProps) {
  return (
    <AppLayout shell={shell} title="Nodes">
      {nodes.length}
    </AppLayout>
  )
}
