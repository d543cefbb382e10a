// Who did what to one server, newest first.
import { ButtonLink, Empty, PageHead } from '#views/components/index.ts'
import type { ActivityView, ServerView, Shell } from '#views/models.ts'
import { ActivityList } from '#views/partials/activity-list.tsx'
import { ServerFrame } from '#views/partials/server-frame.tsx'

export interface ServerActivityProps {
  readonly shell: Shell
  readonly server: ServerView
  readonly entries: readonly ActivityView[]
  /** Address of the next, older page. */
  readonly olderUrl: string | undefined
}

export function ServerActivityPage({ shell, server, entries, olderUrl }: ServerActivityProps) {
  return (
    <ServerFrame shell={shell} server={server} title="Activity">
      <PageHead title="Activity" lead="Who did what to this server, newest first." />
      <section class="card" aria-label="Entries">
        {entries.length === 0 ? (
          <Empty
            title="Nothing has happened yet"
            text="Everything that people and programs do to it is written down."
          />
        ) : (
          <ActivityList entries={entries} />
        )}
        {olderUrl === undefined ? null : (
          <footer>
            <ButtonLink href={olderUrl} icon="arrow-down">
              Older entries
            </ButtonLink>
          </footer>
        )}
      </section>
    </ServerFrame>
  )
}
