// The live values of this process, and the pages that watch them: what changed is collected for a moment, read and
// drawn once, and the same bytes go to everybody who looks at it.
import type { Log } from '#core/base/log.ts'
import type { Database } from '#core/db/database.ts'
import type { Hub, Live } from '#core/panel/context.ts'
import { can } from '#core/permissions/can.ts'
import type { InstallProgress } from '#core/protocol/messages.ts'
import type { NodeView } from '#views/models.ts'
import { dismiss } from './dismiss.ts'
import { type Cell, drawNode, drawPage, drawRow } from './draw.tsx'
import { encodeEvent, ping } from './event.ts'
import { readServers, type Seen, visibleIds } from './read.ts'
import { openSent } from './sent.ts'
import { openStatsHistory } from './stats-history.ts'
import type { OpenViewer } from './viewer.ts'
import { openViewers } from './viewers.ts'

export interface LiveParts {
  readonly log: Log
  readonly database: Database
  /** Asked only when something is drawn: the hub is made after this, because it tells this. */
  readonly hub: () => Pick<Hub, 'connected' | 'status'>
  readonly now: () => number
  /** How a node is shown; without it pages of nodes do not change by themselves. */
  readonly node?: (nodeId: string) => Promise<NodeView | undefined>
}

/** Between two drawings of what changed: a start makes five changes within a blink. The first is drawn at once. */
const changesEveryMs = 150
/** While the database does not answer. */
const retryDrawingMs = 2000
const statsEveryMs = 1000
/** Proxies close what is silent for longer. */
const pingEveryMs = 15_000
/** A session that was revoked falls out within twice this. */
const checkEveryMs = 2_000
/** Progress of installations that ended is kept for those who look afterwards. */
const mostProgress = 500

export function openLive(parts: LiveParts): Live & AsyncDisposable {
  const { log, database, now } = parts
  const history = openStatsHistory(now)
  const viewers = openViewers()
  const progress = new Map<string, InstallProgress>()
  const changed = { servers: new Set<string>(), nodes: new Set<string>() }
  const sent = openSent()
  /** Rows that lists have been told of. */
  const rows = new Set<string>()
  const measured = new Set<string>()
  let eventId = 0
  let closed = false
  let drawing: Promise<void> | undefined
  let drawnAt = 0
  let timer: NodeJS.Timeout | undefined

  const live: Live & AsyncDisposable = {
    serverChanged: (id) => {
      if (viewers.size === 0) return
      changed.servers.add(id)
      soon()
    },
    nodeChanged: (id) => {
      if (viewers.size === 0) return
      changed.nodes.add(id)
      soon()
    },
    stats: (at, servers) => {
      history.add(at, servers)
      if (viewers.size > 0) for (const { id } of servers) measured.add(id)
    },
    installProgress: (message) => {
      progress.delete(message.serverId)
      progress.set(message.serverId, message)
      for (const id of progress.keys()) {
        if (progress.size <= mostProgress) break
        progress.delete(id)
      }
    },
    latestStats: (id) => history.latest(id),
    recentStats: (id) => history.recent(id),
    latestProgress: (id) => progress.get(id),
    open: (viewer) => {
      const opened = closed ? undefined : viewers.open(viewer, { now, onRoom: soon })
      if (opened) soon()
      return opened?.stream
    },
    [Symbol.asyncDispose]: async () => {
      closed = true
      clearTimeout(timer)
      for (const interval of intervals) clearInterval(interval)
      for (const viewer of viewers) viewer.close()
      await drawing
    },
  }

  /** Draws now if the last time is long enough ago, else as soon as it is. Never two at once. */
  function soon(): void {
    if (closed || drawing || timer) return
    const wait = Math.max(0, drawnAt + changesEveryMs - now())
    timer = setTimeout(
      () => {
        timer = undefined
        drawnAt = now()
        drawing = draw()
          .catch((error: unknown) => {
            drawnAt = now() + retryDrawingMs
            log.error('what changed could not be drawn', { error })
          })
          .finally(() => {
            drawing = undefined
            if (changed.servers.size > 0 || changed.nodes.size > 0 || newcomers().length > 0) soon()
          })
      },
      Math.min(wait, changesEveryMs + retryDrawingMs),
    )
    timer.unref()
  }

  const newcomers = () => [...viewers].filter(({ needsAll }) => needsAll)

  /** Draws what changed and what newcomers look at. Those are sent everything, the others what looks different now. */
  async function draw(): Promise<void> {
    const servers = [...changed.servers]
    const nodes = [...changed.nodes]
    changed.servers.clear()
    changed.nodes.clear()
    const fresh = new Set(newcomers())
    await drawPages(servers, fresh)
    await drawLists(servers, fresh)
    await drawNodes(nodes, fresh)
    // Where there was nothing to draw, the page is up to date all the same.
    for (const viewer of fresh) if (viewer.needsAll) viewer.sendAll(ping)
  }

  async function drawPages(ids: readonly string[], fresh: ReadonlySet<OpenViewer>): Promise<void> {
    const pages = Map.groupBy(viewers.of('server'), ({ topic }) => ('id' in topic ? topic.id : ''))
    const wanted = [...pages]
      .filter(([id, open]) => ids.includes(id) || open.some((viewer) => fresh.has(viewer)))
      .map(([id]) => id)
    if (wanted.length === 0) return
    const seen = await readServers({ database, hub: parts.hub(), live }, wanted)
    for (const id of wanted) {
      const open = pages.get(id) ?? []
      const cells = await drawPage(id, seen.get(id))
      send(open, fresh, cells, sent.changed(cells))
      sendStats(
        open.filter((viewer) => fresh.has(viewer)),
        id,
      )
    }
  }

  async function drawLists(ids: readonly string[], fresh: ReadonlySet<OpenViewer>): Promise<void> {
    const open = viewers.of('servers')
    if (open.length === 0) return rows.clear()
    // The owner sees everything, everybody else their own: one event for each person, not for each page.
    const people = [...Map.groupBy(open, ({ actor }) => (actor.isOwner ? '' : actor.userId)).values()]
    const wanted = new Set(ids)
    for (const [first] of people.filter((pages) => pages.some((page) => fresh.has(page)))) {
      if (first) for (const id of await visibleIds(database, first.actor)) wanted.add(id)
    }
    if (wanted.size === 0) return
    const seen = await readServers({ database, hub: parts.hub(), live }, [...wanted])
    const drawn: Drawn[] = []
    for (const id of wanted) {
      const cells = await drawRow(id, seen.get(id))
      const isNew = seen.has(id) && !rows.has(id)
      if (seen.has(id)) rows.add(id)
      else rows.delete(id)
      drawn.push({ seen: seen.get(id), cells, different: sent.changed(cells), isNew })
    }
    for (const pages of people) {
      const [first] = pages
      const shown = drawn.filter((row) => first && mayShow(first, row.seen))
      send(
        pages,
        fresh,
        shown.flatMap(({ cells }) => cells),
        shown.flatMap(({ different }) => different),
      )
      // A row that no page has yet: the page asks for its list again, with its own filter.
      if (!shown.some(({ isNew }) => isNew)) continue
      const bytes = encodeEvent(++eventId, 'changed', 'servers')
      for (const page of pages) if (!fresh.has(page)) page.send(bytes)
    }
  }

  async function drawNodes(ids: readonly string[], fresh: ReadonlySet<OpenViewer>): Promise<void> {
    const lists = viewers.of('nodes')
    const pages = viewers.of('node')
    const asked = [...fresh].flatMap(({ topic }) => (topic.kind === 'node' ? [topic.id] : []))
    for (const id of new Set([...ids, ...asked])) {
      const open = [...lists, ...pages.filter(({ topic }) => 'id' in topic && topic.id === id)]
      const view = open.length === 0 ? undefined : await parts.node?.(id)
      if (!view) continue
      const cells = await drawNode(view)
      send(open, fresh, cells, sent.changed(cells))
    }
  }

  /** Everything to those who just came, to the others what looks different. */
  function send(
    open: readonly OpenViewer[],
    fresh: ReadonlySet<OpenViewer>,
    cells: readonly Cell[],
    different: readonly Cell[],
  ): void {
    const event = (some: readonly Cell[]) => encodeEvent(++eventId, some.map(({ html }) => html).join(''))
    const rest = open.filter((viewer) => !fresh.has(viewer))
    if (rest.length > 0 && different.length > 0) {
      const bytes = event(different)
      for (const viewer of rest) viewer.send(bytes)
    }
    if (rest.length === open.length || cells.length === 0) return
    const bytes = event(cells)
    for (const viewer of open) if (fresh.has(viewer)) viewer.sendAll(bytes)
  }

  function sendStats(pages: readonly OpenViewer[], id: string): void {
    const latest = history.latest(id)
    if (!latest) return
    const { id: serverId, ...values } = latest
    const bytes = encodeEvent(
      ++eventId,
      JSON.stringify({ serverId, at: new Date(now()).toISOString(), ...values }),
      'stats',
    )
    for (const viewer of pages) viewer.send(bytes)
  }

  /** Once a second: numbers to the pages of servers, and to lists the rows whose numbers look different. */
  function sendMeasured(): void {
    if (viewers.size === 0) return measured.clear()
    for (const id of measured) {
      const pages = viewers.of('server', id)
      if (pages.length > 0) sendStats(pages, id)
    }
    if (viewers.of('servers').length > 0) for (const id of measured) changed.servers.add(id)
    measured.clear()
    if (changed.servers.size > 0) soon()
  }

  const every = (ms: number, work: () => void) => setInterval(work, ms).unref()
  const intervals = [
    every(statsEveryMs, sendMeasured),
    every(pingEveryMs, () => {
      for (const viewer of viewers) viewer.send(ping)
      history.sweep()
    }),
    every(checkEveryMs, () => {
      dismiss(database, [...viewers], now()).catch((error: unknown) => {
        // Fails closed: who cannot be checked may not look.
        log.error('those who watch could not be checked', { error })
        for (const viewer of viewers) viewer.close()
      })
    }),
  ]
  return live
}

interface Drawn {
  readonly seen: Seen | undefined
  readonly cells: readonly Cell[]
  readonly different: readonly Cell[]
  readonly isNew: boolean
}

/** A row that is gone is nobody's secret: its id alone is sent. */
function mayShow({ actor }: OpenViewer, seen: Seen | undefined): boolean {
  return seen === undefined || can(actor, 'server.read', { ownerId: seen.view.owner.id })
}
