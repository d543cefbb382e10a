// Which plugins are open, what each contributes, and why one failed.
import { AppLayout } from '#views/layouts/app.tsx'
import type { Shell } from '#views/models.ts'

/** As `PluginStatus` of the registry. */
export interface PluginView {
  readonly name: string
  readonly summary: string
  readonly version: string | undefined
  readonly state: 'running' | 'failed' | 'skipped'
  readonly reason: string | undefined
  readonly contributes: Readonly<Record<string, readonly string[]>>
  readonly source: string
}

export interface PluginsProps {
  readonly shell: Shell
  readonly plugins: readonly PluginView[]
}

export function PluginsPage({ shell, plugins }: PluginsProps) {
  return (
    <AppLayout shell={shell} title="Plugins">
      {plugins.length}
    </AppLayout>
  )
}
