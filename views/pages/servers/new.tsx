// First step of creating a server: the gallery of blueprints.
import type { Blueprint } from '#core/domain/blueprint.ts'
import type { Shell } from '#views/models.ts'

export interface NewServerProps {
  readonly shell: Shell
  /** All that may be chosen; the page filters them by `q` and `tag` itself. */
  readonly blueprints: readonly Blueprint[]
  readonly q: string
  readonly tag: string | undefined
}

export function NewServerPage({ shell, blueprints, q, tag }: NewServerProps) {
  return (
    <main>
      {shell.instance} {blueprints.length} {q} {tag}
    </main>
  )
}
