// A server's name, its limits, and the way to its end.
import type { FieldErrors, NodeView, ServerView, Shell } from '#views/models.ts'

export interface ServerSettingsProps {
  readonly shell: Shell
  readonly server: ServerView
  readonly node: NodeView
  /** Exactly what was typed, or what is stored. */
  readonly draft: {
    readonly name: string
    readonly memoryMiB: string
    readonly cpuPercent: string
    readonly diskGB: string
  }
  readonly errors: FieldErrors
}

export function ServerSettingsPage({ shell, server, node, draft, errors }: ServerSettingsProps) {
  return (
    <main>
      {shell.instance} {server.name} {node.name} {draft.name} {Object.keys(errors).length}
    </main>
  )
}
