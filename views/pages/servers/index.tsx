// The dashboard: what needs somebody, then the list. Everything of the filter is in the address.
import { ButtonLink, Empty, PageHead, SearchField, Segmented, StateMark } from '#views/components/index.ts'
import { PlateDrawings, sharedPlates } from '#views/components/plate.tsx'
import { ids } from '#views/ids.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { ServerView, Shell } from '#views/models.ts'
import { Attention } from '#views/partials/attention.tsx'
import { RowMenu } from '#views/partials/row-menu.tsx'
import { RowAsk } from '#views/partials/server-power.tsx'
import { ServerRow } from '#views/partials/server-row.ts'
import { urls } from '#views/urls.ts'

export const serverFilterStates = ['all', 'running', 'attention', 'stopped'] as const
export const serverSorts = ['name', 'state', 'players', 'cpu', 'memory'] as const

/** From the query: `state`, `q`, `sort`. */
export interface ServerFilter {
  readonly state: (typeof serverFilterStates)[number]
  readonly q: string
  readonly sort: (typeof serverSorts)[number]
}

export interface ServersProps {
  readonly shell: Shell
  /** Those that pass the filter, in its order. */
  readonly servers: readonly ServerView[]
  /** How many pass the filter, when `servers` is only the first part of them. */
  readonly total: number
  readonly filter: ServerFilter
  /** Without the filter. `attention`: crashed, not ready, unreachable, installation failed, hint. */
  readonly counts: Readonly<Record<ServerFilter['state'], number>>
  /** Milliseconds since 1970, for durations. */
  readonly now?: number
}

export function ServersPage({ shell, servers, total, filter, counts, now }: ServersProps) {
  if (counts.all === 0) return <NoServers shell={shell} />
  return (
    <AppLayout
      shell={shell}
      title="Servers"
      stream={`${urls.events()}?topic=servers`}
      scripts={['dashboard.js', 'rows.js', 'row-menu.js', 'row-power.js']}
    >
      <PageHead
        title="Servers"
        lead={<span id="servers-lead">{summary(servers, counts, filter)}</span>}
        actions={
          shell.may.has('server.create') ? (
            <ButtonLink href={urls.newServer()} kind="primary" icon="plus">
              Create server
            </ButtonLink>
          ) : undefined
        }
      />
      <div id="attention">
        <Attention servers={servers} />
      </div>
      <div class="toolbar">
        <div id="server-tabs">
          <Tabs filter={filter} counts={counts} />
        </div>
        <form
          class="search-form"
          method="get"
          action={urls.servers()}
          role="search"
          hx-get={urls.servers()}
          hx-trigger="input delay:250ms, submit"
          hx-target={`#${ids.servers}`}
          hx-select={`#${ids.servers}`}
          hx-swap="outerMorph"
          hx-replace-url="true"
          hx-sync="this:replace"
        >
          {filter.state === 'all' ? null : <input type="hidden" name="state" value={filter.state} />}
          {filter.sort === 'name' ? null : <input type="hidden" name="sort" value={filter.sort} />}
          <SearchField label="Name, address, game, node" name="q" value={filter.q} />
        </form>
      </div>
      <section
        id={ids.servers}
        class="card servers"
        aria-label="List of servers"
        data-announce={total === 1 ? '1 server' : `${total} servers`}
        data-complete={filter.state === 'all' && filter.q === '' && total === servers.length ? 'true' : undefined}
      >
        {servers.length === 0 ? (
          <Empty
            title="No server fits"
            text={
              filter.q === ''
                ? 'There is none in this state.'
                : `Nothing here has “${filter.q}” in its name, address, game or node.`
            }
            actions={<ButtonLink href={urls.servers()}>Show all servers</ButtonLink>}
          />
        ) : (
          <>
            <Heads filter={filter} />
            <Rows servers={servers} {...(now === undefined ? {} : { now })} />
            {total > servers.length ? (
              <p class="more">
                {servers.length} of {total} are shown. Narrow the list with the filter.
              </p>
            ) : null}
          </>
        )}
      </section>
      <RowMenu />
      <RowAsk />
    </AppLayout>
  )
}

function Rows({ servers, now = Date.now() }: Pick<ServersProps, 'servers' | 'now'>) {
  const plates = sharedPlates(servers.map(({ blueprint: { id, plate } }) => ({ plate, seed: id })))
  return (
    <>
      <PlateDrawings drawings={plates.drawings} />
      <ul>
        {servers.map((server) =>
          ServerRow({ server, now, plate: plates.idOf(server.blueprint.plate, server.blueprint.id) }),
        )}
      </ul>
    </>
  )
}

function NoServers({ shell }: { readonly shell: Shell }) {
  return (
    <AppLayout shell={shell} title="Servers" stream={`${urls.events()}?topic=servers`} scripts={['dashboard.js']}>
      <PageHead title="Servers" />
      <section id={ids.servers} class="card" aria-label="List of servers" data-complete>
        <Empty
          title="No servers yet"
          text={
            shell.may.has('server.create')
              ? 'Pick a game and Stellar downloads it, opens the port and gives you an address to share.'
              : 'Servers that somebody gives you, or invites you to, stand here.'
          }
          actions={
            shell.may.has('server.create') ? (
              <ButtonLink href={urls.newServer()} kind="primary" size="large" icon="plus">
                Create your first server
              </ButtonLink>
            ) : undefined
          }
        />
      </section>
    </AppLayout>
  )
}

const tabs = [
  ['all', 'All', undefined],
  ['running', 'Running', 'running'],
  ['attention', 'Needs you', 'crashed'],
  ['stopped', 'Stopped', 'stopped'],
] as const

function Tabs({ filter, counts }: Pick<ServersProps, 'filter' | 'counts'>) {
  return (
    <Segmented
      label="By state"
      segments={tabs.map(([state, word, mark]) => ({
        href: addressOf({ ...filter, state }),
        current: filter.state === state,
        count: counts[state],
        label: (
          <>
            {mark && !(state === 'attention' && counts.attention === 0) ? <StateMark mark={mark} /> : null}
            {word}
          </>
        ),
      }))}
    />
  )
}

const heads = [
  ['name', 'Server'],
  [undefined, 'Address'],
  ['players', 'Players'],
  ['cpu', 'CPU'],
  ['memory', 'Memory'],
  [undefined, 'Up for'],
] as const

function Heads({ filter }: Pick<ServersProps, 'filter'>) {
  return (
    <div class="srv-head" role="group" aria-label="Sort by">
      {heads.map(([sort, word]) => {
        const place = word === 'Up for' ? 'up' : word === 'Players' ? 'players' : undefined
        return sort === undefined ? (
          <span class={place} aria-hidden="true">
            {word}
          </span>
        ) : (
          <span class={place}>
            <a href={addressOf({ ...filter, sort })} aria-current={filter.sort === sort ? 'true' : undefined}>
              {word}
            </a>
          </span>
        )
      })}
    </div>
  )
}

/** Only what differs from the plain list is in the address. */
function addressOf({ state, q, sort }: ServerFilter): string {
  const query = new URLSearchParams()
  if (state !== 'all') query.set('state', state)
  if (q !== '') query.set('q', q)
  if (sort !== 'name') query.set('sort', sort)
  return query.size === 0 ? urls.servers() : `${urls.servers()}?${query.toString()}`
}

function summary(servers: readonly ServerView[], counts: ServersProps['counts'], filter: ServerFilter): string {
  const parts = [`${counts.running} running`]
  const whole = filter.state === 'all' && filter.q === '' && servers.length === counts.all
  const players = servers.reduce((sum, { stats }) => sum + (stats?.players ?? 0), 0)
  if (whole && players > 0) parts.push(players === 1 ? '1 player' : `${players} players`)
  if (counts.attention > 0) parts.push(counts.attention === 1 ? '1 needs you' : `${counts.attention} need you`)
  return parts.join(', ')
}
