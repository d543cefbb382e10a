// One blueprint: how its servers are installed, started, watched and stopped.
import type { Blueprint } from '#core/domain/blueprint.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { Shell } from '#views/models.ts'

export interface BlueprintProps {
  readonly shell: Shell
  readonly blueprint: Blueprint
}

export function BlueprintPage({ shell, blueprint }: BlueprintProps) {
  return <AppLayout shell={shell} title={blueprint.name} />
}
