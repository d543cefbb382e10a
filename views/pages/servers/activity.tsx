// Who did what to one server, newest first.
import type { ActivityView, ServerView, Shell } from '#views/models.ts'

export interface ServerActivityProps {
  readonly shell: Shell
  readonly server: ServerView
  readonly entries: readonly ActivityView[]
  /** Address of the next, older page. */
  readonly olderUrl: string | undefined
}

export function ServerActivityPage({ shell, server, entries, olderUrl }: ServerActivityProps) {
  return (
    <main>
      {shell.instance} {server.name} {entries.length} {olderUrl}
    </main>
  )
}
