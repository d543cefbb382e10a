// Everybody who has an account. GET urls.users with `q state sort order page`.
import {
  Avatar,
  Button,
  ButtonLink,
  Empty,
  Icon,
  PageHead,
  SearchField,
  Segmented,
  Tag,
  Time,
} from '#views/components/index.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { Shell } from '#views/models.ts'
import { PeopleTabs } from '#views/partials/people-tabs.tsx'
import { urls } from '#views/urls.ts'
import type { UserView } from './models.ts'

interface Filter {
  readonly q: string
  readonly state: 'all' | 'active' | 'unconfirmed' | 'suspended'
  readonly sort: 'name' | 'email' | 'created' | 'seen'
  readonly order: 'asc' | 'desc'
  readonly page: number
}

export interface UsersProps {
  readonly shell: Shell
  readonly users: readonly UserView[]
  readonly counts: Readonly<Record<Filter['state'], number>>
  readonly filter: Filter
  readonly perPage: number
}

const stateWords = { all: 'All', active: 'Active', unconfirmed: 'Not confirmed', suspended: 'Suspended' } as const

export function UsersPage({ shell, users, counts, filter, perPage }: UsersProps) {
  const total = counts[filter.state]
  const pages = Math.max(1, Math.ceil(total / perPage))
  return (
    <AppLayout shell={shell} title="Users">
      <PageHead
        title="Users"
        lead="Everybody who has an account on this panel."
        actions={
          shell.may.has('user.create') ? (
            <>
              <ButtonLink href={urls.newUser()} icon="plus">
                New user
              </ButtonLink>
              <ButtonLink href={urls.invitations()} kind="primary">
                Invite…
              </ButtonLink>
            </>
          ) : undefined
        }
      />
      <PeopleTabs shell={shell} />
      <div class="toolbar">
        <Segmented
          label="By state"
          segments={(['all', 'active', 'unconfirmed', 'suspended'] as const).map((state) => ({
            href: addressOf({ ...filter, state, page: 1 }),
            current: filter.state === state,
            label: stateWords[state],
            count: counts[state],
          }))}
        />
        <form class="search-form" method="get" action={urls.users()} role="search">
          {filter.state === 'all' ? null : <input type="hidden" name="state" value={filter.state} />}
          <SearchField label="Name or address" name="q" value={filter.q} />
          <Button type="submit" class="sr-focus">
            Search
          </Button>
        </form>
      </div>
      <section class="card" aria-label="Users">
        {users.length === 0 ? (
          <Empty
            title="Nobody fits"
            text="Take a part of the filter away."
            actions={<ButtonLink href={urls.users()}>Show everybody</ButtonLink>}
          />
        ) : (
          <table class="table folds">
            <thead>
              <tr>
                <Head filter={filter} sort="name" label="Name" />
                <Head filter={filter} sort="email" label="E-mail" />
                <th scope="col">Roles</th>
                <th scope="col">Servers</th>
                <Head filter={filter} sort="seen" label="Signed in" />
                <Head filter={filter} sort="created" label="Since" />
              </tr>
            </thead>
            <tbody>
              {users.map((user) => (
                <Row user={user} />
              ))}
            </tbody>
          </table>
        )}
        {pages > 1 ? (
          <footer>
            {filter.page > 1 ? (
              <ButtonLink href={addressOf({ ...filter, page: filter.page - 1 })} icon="arrow-left">
                Before
              </ButtonLink>
            ) : null}
            <span class="sub">
              Page {filter.page} of {pages}
            </span>
            {filter.page < pages ? (
              <ButtonLink href={addressOf({ ...filter, page: filter.page + 1 })} icon="arrow-right">
                Next
              </ButtonLink>
            ) : null}
          </footer>
        ) : null}
      </section>
    </AppLayout>
  )
}

function Head({
  filter,
  sort,
  label,
}: {
  readonly filter: Filter
  readonly sort: Filter['sort']
  readonly label: string
}) {
  const current = filter.sort === sort
  const order = current && filter.order === 'asc' ? 'desc' : 'asc'
  return (
    <th scope="col" aria-sort={current ? (filter.order === 'asc' ? 'ascending' : 'descending') : undefined}>
      <a href={addressOf({ ...filter, sort, order, page: 1 })}>
        {label}
        {current ? <Icon name={filter.order === 'asc' ? 'arrow-up' : 'arrow-down'} /> : null}
      </a>
    </th>
  )
}

function Row({ user }: { readonly user: UserView }) {
  return (
    <tr>
      <th scope="row">
        <span class="actions">
          <Avatar name={user.name} />
          <a class="link" href={urls.user({ userId: user.id })}>
            {user.name}
          </a>
          <UserTags user={user} />
        </span>
      </th>
      <td data-label="E-mail">{user.email}</td>
      <td data-label="Roles">{user.isOwner ? 'Owner' : user.roles.map(({ name }) => name).join(', ') || '–'}</td>
      <td data-label="Servers">{user.servers}</td>
      <td data-label="Signed in">{user.lastSeenAt === undefined ? 'never' : <Time at={user.lastSeenAt} as="ago" />}</td>
      <td data-label="Since">
        <Time at={user.createdAt} />
      </td>
    </tr>
  )
}

export function UserTags({ user }: { readonly user: UserView }) {
  return (
    <>
      {user.isOwner ? <Tag tone="on">Owner</Tag> : null}
      {user.suspendedAt === undefined ? null : <Tag tone="bad">suspended</Tag>}
      {user.verified ? null : <Tag tone="warn">not confirmed</Tag>}
    </>
  )
}

function addressOf({ q, state, sort, order, page }: Filter): string {
  const query = new URLSearchParams()
  if (q !== '') query.set('q', q)
  if (state !== 'all') query.set('state', state)
  if (sort !== 'name') query.set('sort', sort)
  if (order !== 'asc') query.set('order', order)
  if (page !== 1) query.set('page', String(page))
  return query.size === 0 ? urls.users() : `${urls.users()}?${query.toString()}`
}
