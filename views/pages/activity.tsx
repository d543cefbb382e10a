// Who did what, newest first. GET urls.activity with what partials/activity-filter.tsx asks, and `before`.
import { PageHead } from '#views/components/index.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { ActivityView, Shell } from '#views/models.ts'
import { ActivityEntries } from '#views/partials/activity-entries.tsx'
import { ActivityFilter, type ShownFilter } from '#views/partials/activity-filter.tsx'
import { urls } from '#views/urls.ts'

export interface ActivityProps {
  readonly shell: Shell
  readonly entries: readonly ActivityView[]
  readonly filter: ShownFilter
  /** Value of `before` for the next, older page. */
  readonly nextCursor: string | undefined
}

export function ActivityPage({ shell, entries, filter, nextCursor }: ActivityProps) {
  return (
    <AppLayout shell={shell} title="Activity">
      <PageHead title="Activity" lead="Who did what, newest first." />
      <ActivityFilter filter={filter} action={urls.activity()} exportAction={urls.activityExport()} />
      <ActivityEntries
        entries={entries}
        filter={filter}
        action={urls.activity()}
        nextCursor={nextCursor}
        empty="Everything that people and programs do here is written down."
      />
    </AppLayout>
  )
}
