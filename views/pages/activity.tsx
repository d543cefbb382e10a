// Who did what, newest first. GET urls.activity with `q kind outcome before`.
import { Button, ButtonLink, Empty, PageHead, SearchField, Segmented } from '#views/components/index.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { ActivityView, Shell } from '#views/models.ts'
import { ActivityList } from '#views/partials/activity-list.tsx'
import { urls } from '#views/urls.ts'

/** First part of an action's name, e.g. `server` of `server.create`; empty: all. */
export const activityKinds = ['', 'server', 'console', 'node', 'account', 'user', 'settings'] as const

interface ActivityFilter {
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

const kindWords: Readonly<Record<(typeof activityKinds)[number], string>> = {
  '': 'All',
  server: 'Servers',
  console: 'Commands',
  node: 'Nodes',
  account: 'Accounts',
  user: 'Users',
  settings: 'Settings',
}

export function ActivityPage({ shell, entries, filter, nextCursor }: ActivityProps) {
  const filtered = filter.q !== '' || filter.kind !== '' || filter.outcome !== ''
  return (
    <AppLayout shell={shell} title="Activity">
      <PageHead title="Activity" lead="Who did what, newest first." />
      <div class="toolbar">
        <Segmented
          label="By kind"
          segments={activityKinds.map((kind) => ({
            href: addressOf({ ...filter, kind }),
            current: filter.kind === kind,
            label: kindWords[kind],
          }))}
        />
        <Segmented
          label="By outcome"
          segments={[
            { href: addressOf({ ...filter, outcome: '' }), current: filter.outcome === '', label: 'Any outcome' },
            {
              href: addressOf({ ...filter, outcome: 'failed' }),
              current: filter.outcome === 'failed',
              label: 'Failed',
            },
            {
              href: addressOf({ ...filter, outcome: 'refused' }),
              current: filter.outcome === 'refused',
              label: 'Refused',
            },
          ]}
        />
        <form class="search-form" method="get" action={urls.activity()} role="search">
          {filter.kind === '' ? null : <input type="hidden" name="kind" value={filter.kind} />}
          {filter.outcome === '' ? null : <input type="hidden" name="outcome" value={filter.outcome} />}
          <SearchField label="Person or server" name="q" value={filter.q} />
          <Button type="submit" class="sr-focus">
            Filter
          </Button>
        </form>
      </div>
      <section class="card" aria-label="Entries">
        {entries.length === 0 ? (
          <Empty
            title={filtered ? 'No entry fits' : 'Nothing has happened yet'}
            text={
              filtered
                ? 'Take a part of the filter away.'
                : 'Everything that people and programs do here is written down.'
            }
            actions={filtered ? <ButtonLink href={urls.activity()}>Show everything</ButtonLink> : undefined}
          />
        ) : (
          <ActivityList entries={entries} />
        )}
        {nextCursor === undefined ? null : (
          <footer>
            <ButtonLink href={addressOf(filter, nextCursor)} icon="arrow-down">
              Older entries
            </ButtonLink>
          </footer>
        )}
      </section>
    </AppLayout>
  )
}

function addressOf({ q, kind, outcome }: ActivityFilter, before?: string): string {
  const query = new URLSearchParams()
  if (kind !== '') query.set('kind', kind)
  if (outcome !== '') query.set('outcome', outcome)
  if (q !== '') query.set('q', q)
  if (before !== undefined) query.set('before', before)
  return query.size === 0 ? urls.activity() : `${urls.activity()}?${query.toString()}`
}
