// What part of the log is shown, and the same part as a file. GET the page with `q person server kind outcome from to`; POST its
// export with the same and `format`.
import { Button, ButtonLink, SelectField, TextField } from '#views/components/index.ts'

/** By the names of the fields; what is not asked for is not there. */
export type ShownFilter = { readonly [Name in (typeof names)[number]]?: string | undefined }

const names = ['q', 'person', 'server', 'kind', 'outcome', 'from', 'to'] as const

const kinds: Readonly<Record<string, string>> = {
  server: 'Servers',
  console: 'Commands',
  node: 'Nodes',
  location: 'Locations',
  account: 'Accounts',
  user: 'Users',
  invitation: 'Invitations',
  role: 'Roles',
  access: 'Refusals',
  settings: 'Settings',
  activity: 'Activity log',
  panel: 'Panel',
  owner: 'Owner',
}

interface Props {
  readonly filter: ShownFilter
  /** The page, and where its export is. */
  readonly action: string
  readonly exportAction: string
  /** Of one server: which one and which kinds need no question. */
  readonly ofServer?: boolean
}

export function ActivityFilter({ filter, action, exportAction, ofServer = false }: Props) {
  const chosen = ofServer ? ['server', 'console'] : Object.keys(kinds)
  return (
    <details class="card" open={isFiltered(filter)}>
      <summary>
        <span class="link">Filter and export</span>
      </summary>
      <div class="body">
        <form class="activity-filter" method="get" action={action} role="search">
          <TextField
            field={{ name: 'q', label: 'Anything named' }}
            type="search"
            value={filter.q ?? ''}
            maxlength={100}
          />
          <TextField field={{ name: 'person', label: 'Person' }} value={filter.person ?? ''} maxlength={100} />
          {ofServer ? null : (
            <TextField field={{ name: 'server', label: 'Server' }} value={filter.server ?? ''} maxlength={100} />
          )}
          <SelectField
            field={{ name: 'kind', label: 'Kind' }}
            options={[
              { value: '', label: 'All' },
              ...chosen.map((kind) => ({ value: kind, label: kinds[kind] ?? kind })),
            ]}
            value={filter.kind ?? ''}
          />
          <SelectField
            field={{ name: 'outcome', label: 'Outcome' }}
            options={[
              { value: '', label: 'Any' },
              { value: 'done', label: 'Done' },
              { value: 'failed', label: 'Failed' },
              { value: 'refused', label: 'Refused' },
            ]}
            value={filter.outcome ?? ''}
          />
          <TextField
            field={{ name: 'from', label: 'From (UTC)' }}
            type="date"
            value={filter.from?.slice(0, 10) ?? ''}
          />
          <TextField field={{ name: 'to', label: 'To (UTC)' }} type="date" value={filter.to?.slice(0, 10) ?? ''} />
          <div class="actions">
            <Button type="submit" kind="primary">
              Filter
            </Button>
            {isFiltered(filter) ? <ButtonLink href={action}>Show everything</ButtonLink> : null}
          </div>
        </form>
      </div>
      <footer>
        <form class="actions" method="post" action={exportAction} hx-boost="false">
          {names.map((name) => (filter[name] ? <input type="hidden" name={name} value={filter[name]} /> : null))}
          <Button type="submit" name="format" value="csv" icon="download">
            Export as CSV
          </Button>
          <Button type="submit" name="format" value="json" icon="download">
            Export as JSON
          </Button>
        </form>
      </footer>
    </details>
  )
}

export const isFiltered = (filter: ShownFilter): boolean => names.some((name) => filter[name])

/** Address of the page with this filter, and of its next, older part. */
export function filteredUrl(action: string, filter: ShownFilter, before?: string): string {
  const query = new URLSearchParams()
  for (const name of names) {
    const value = filter[name]
    if (value) query.set(name, value)
  }
  if (before !== undefined) query.set('before', before)
  return query.size === 0 ? action : `${action}?${query.toString()}`
}
