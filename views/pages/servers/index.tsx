// The dashboard: what needs somebody, then the list.
import { AppLayout } from '#views/layouts/app.tsx'
import type { ServerView, Shell } from '#views/models.ts'

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
}

export function ServersPage({ shell, servers, total, filter, counts }: ServersProps) {
  return (
    <AppLayout shell={shell} title="Servers">
      {servers.length} {total} {filter.q} {counts.all}
    </AppLayout>
  )
}
