// The games this installation knows.
import type { Blueprint } from '#core/domain/blueprint.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { Shell } from '#views/models.ts'

export interface BlueprintsProps {
  readonly shell: Shell
  readonly blueprints: readonly Blueprint[]
}

export function BlueprintsPage({ shell, blueprints }: BlueprintsProps) {
  return (
    <AppLayout shell={shell} title="Blueprints">
      {blueprints.length}
    </AppLayout>
  )
}
