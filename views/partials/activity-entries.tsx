// A part of the log as a card, with the way to what is older.
import { ButtonLink, Empty } from '#views/components/index.ts'
import type { ActivityView } from '#views/models.ts'
import { filteredUrl, isFiltered, type ShownFilter } from './activity-filter.tsx'
import { ActivityList } from './activity-list.tsx'

interface Props {
  readonly entries: readonly ActivityView[]
  readonly filter: ShownFilter
  readonly action: string
  readonly nextCursor: string | undefined
  /** Said where nothing has happened yet. */
  readonly empty: string
}

export function ActivityEntries({ entries, filter, action, nextCursor, empty }: Props) {
  const filtered = isFiltered(filter)
  return (
    <section class="card" aria-label="Entries">
      {entries.length === 0 ? (
        <Empty
          title={filtered ? 'No entry fits' : 'Nothing has happened yet'}
          text={filtered ? 'Take a part of the filter away.' : empty}
          actions={filtered ? <ButtonLink href={action}>Show everything</ButtonLink> : undefined}
        />
      ) : (
        <ActivityList entries={entries} />
      )}
      {nextCursor === undefined ? null : (
        <footer>
          <ButtonLink href={filteredUrl(action, filter, nextCursor)} icon="arrow-down">
            Older entries
          </ButtonLink>
        </footer>
      )}
    </section>
  )
}
