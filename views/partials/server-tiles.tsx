// CPU, memory, network and disk beside the console. Its root carries ids.serverTiles(id): push it with
// hx-swap="outerMorph" when the state changes; between pushes static/js/charts.js writes the values of the `stats` event.
import { formatBytes, formatMemory } from '#core/domain/resources.ts'
import { Icon } from '#views/components/icon.tsx'
import type { IconName } from '#views/components/icon-names.ts'
import { ids } from '#views/ids.ts'
import type { ServerView, StatsView } from '#views/models.ts'
import { urls } from '#views/urls.ts'

export function ServerTiles({ server }: { readonly server: ServerView }) {
  const { stats, limits } = server
  const capacity = stats?.capacity ?? undefined
  return (
    <section
      class="tiles"
      id={ids.serverTiles(server.id)}
      data-tiles
      data-server={server.id}
      data-recent={urls.serverStats(server)}
      aria-label="Live figures"
      tabindex={0}
    >
      <h2 class="tiles-head">
        Live <small>last 5 minutes</small>
      </h2>
      <Tile kind="players" label="Players" icon="users" limit={capacity} hidden={(stats?.players ?? null) === null}>
        <Value figure={of(stats, 'players')} rest={capacity === undefined ? '' : `of ${capacity}`} />
      </Tile>
      <Tile kind="cpu" label="CPU" icon="cpu" limit={limits.cpuPercent}>
        <Value figure={of(stats, 'cpu', limits.cpuPercent)} rest={`of ${limits.cpuPercent}\u00a0%`} />
      </Tile>
      <Tile kind="memory" label="Memory" icon="memory-stick" limit={limits.memoryBytes}>
        <Value figure={of(stats, 'memory', limits.memoryBytes)} rest={`of ${formatMemory(limits.memoryBytes)}`} />
      </Tile>
      <Tile kind="network" label="Network" icon="network">
        <Value figure={of(stats, 'sent')} rest="out" />
        <Value figure={of(stats, 'received')} rest="in" index={1} />
      </Tile>
      <Tile kind="disk" label="Disk" icon="hard-drive" limit={limits.diskBytes}>
        <Value figure={of(stats, 'disk')} rest={`of ${formatBytes(limits.diskBytes)}`} />
      </Tile>
    </section>
  )
}

interface TileProps {
  readonly kind: string
  readonly label: string
  readonly icon: IconName
  readonly limit?: number | undefined
  readonly hidden?: boolean
  readonly children?: unknown
}

function Tile({ kind, label, icon, limit, hidden, children }: TileProps) {
  return (
    <section class="card tile" data-tile={kind} data-limit={limit} hidden={hidden}>
      <header>
        <Icon name={icon} />
        <h3>{label}</h3>
        <span class="end" data-fact />
      </header>
      <p class="value">{children}</p>
      {/* uPlot lives in here: a push leaves it alone. */}
      <div
        class="plot"
        id={`plot-${kind}`}
        data-plot
        hx-morph-skip="true"
        role="img"
        aria-label={`${label}, last 5 minutes`}
        tabindex={0}
      />
    </section>
  )
}

type Figure = readonly [number: string, unit: string]

function Value({
  figure,
  rest,
  index = 0,
}: {
  readonly figure: Figure
  readonly rest: string
  readonly index?: number
}) {
  return (
    <>
      <span class="num" data-now={index}>
        {figure[0]}
      </span>{' '}
      <small>
        <span data-unit={index}>{figure[1]}</span> {rest}
      </small>{' '}
    </>
  )
}

/** Number and unit, as static/js/chart-tiles.js writes them later. */
export function of(
  stats: StatsView | undefined,
  what: 'players' | 'cpu' | 'memory' | 'sent' | 'received' | 'disk',
  limit = 0,
): Figure {
  if (!stats) return ['–', '']
  switch (what) {
    case 'players':
      return [stats.players === null ? '–' : String(stats.players), '']
    case 'cpu':
      return [String(Math.round(stats.cpuPercent)), '%']
    case 'memory':
      return memory(stats.memoryBytes, limit)
    case 'sent':
      return perSecond(stats.sentPerSecond)
    case 'received':
      return perSecond(stats.receivedPerSecond)
    case 'disk':
      return stats.diskBytes === null ? ['–', ''] : split(formatBytes(stats.diskBytes))
  }
}

/** In the unit of the limit beside it, which then need not be said twice; less than one GiB of several is said in MiB. */
function memory(bytes: number, limit: number): Figure {
  const gib = 1024 ** 3
  if (limit < gib || bytes < gib) return [String(Math.round(bytes / 1024 ** 2)), limit < gib ? '' : 'MiB']
  const value = bytes / gib
  return [value >= 100 ? String(Math.round(value)) : value.toFixed(1).replace(/\.0$/, ''), '']
}

function perSecond(bytes: number): Figure {
  const [number, unit] = split(formatBytes(bytes))
  return [number, `${unit}/s`]
}

function split(text: string): Figure {
  const [number = '', unit = ''] = text.split(' ')
  return [number, unit]
}
