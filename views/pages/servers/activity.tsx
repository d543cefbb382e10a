// Who did what to one server, newest first. GET urls.serverActivity with what partials/activity-filter.tsx asks, and `before`.
import { PageHead } from '#views/components/index.ts'
import type { ActivityView, ServerView, Shell } from '#views/models.ts'
import { ActivityEntries } from '#views/partials/activity-entries.tsx'
import { ActivityFilter, type ShownFilter } from '#views/partials/activity-filter.tsx'
import { ServerFrame } from '#views/partials/server-frame.tsx'
import { urls } from '#views/urls.ts'

export interface ServerActivityProps {
  readonly shell: Shell
  readonly server: ServerView
  readonly entries: readonly ActivityView[]
  readonly filter: ShownFilter
  /** Value of `before` for the next, older page. */
  readonly nextCursor: string | undefined
}

export function ServerActivityPage({ shell, server, entries, filter, nextCursor }: ServerActivityProps) {
  return (
    <ServerFrame shell={shell} server={server} title="Activity">
      <PageHead title="Activity" lead="Who did what to this server, newest first." />
      <ActivityFilter
        filter={filter}
        action={urls.serverActivity(server)}
        exportAction={urls.serverActivityExport(server)}
        ofServer
      />
      <ActivityEntries
        entries={entries}
        filter={filter}
        action={urls.serverActivity(server)}
        nextCursor={nextCursor}
        empty="Everything that people and programs do to it is written down."
      />
    </ServerFrame>
  )
}
