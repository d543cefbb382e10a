// Who did what, newest first. GET urls.activity with `q kind outcome before`.
import { AppLayout } from '#views/layouts/app.tsx'
import type { ActivityView, Shell } from '#views/models.ts'

/** First part of an action's name, e.g. `server` of `server.create`; empty: all. */
export const activityKinds = ['', 'server', 'node', 'account'] as const

export interface ActivityFilter {
  /** Part of a person's or a server's name. */
  readonly q: string
  readonly kind: string
  readonly outcome: '' | 'done' | 'refused' | 'failed'
}

export interface ActivityProps {
  readonly shell: Shell
  readonly entries: readonly ActivityView[]
  readonly filter: ActivityFilter
  /** Value of `before` for the next, older page. */
  readonly nextCursor: string | undefined
}

export function ActivityPage({ shell, entries, filter, nextCursor }: ActivityProps) {
  return (
    <AppLayout shell={shell} title="Activity">
      {entries.length} {filter.q} {nextCursor}
    </AppLayout>
  )
}
