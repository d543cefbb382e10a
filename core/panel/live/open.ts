// The live values of this process, and the pages that watch them: what changed is collected for a moment, read and
// drawn once, and the same bytes go to everybody who looks at it.
import type { Log } from '#core/base/log.ts'
import type { Database } from '#core/db/database.ts'
import type { Hub, Live } from '#core/panel/context.ts'
import { can } from '#core/permissions/can.ts'
import type { InstallProgress } from '#core/protocol/messages.ts'
import type { NodeView } from '#views/models.ts'
import { dismiss } from './dismiss.ts'
import { drawNode, drawPage, drawRow } from './draw.tsx'
import { encodeEvent, ping } from './event.ts'
import { readServers, visibleIds } from './read.ts'
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
  /** Rows as they were sent last: what did not change is not sent again. */
  const sent = new Map<string, string>()
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

  async function draw(): Promise<void> {
    const servers = [...changed.servers]
    const nodes = [...changed.nodes]
    changed.servers.clear()
    changed.nodes.clear()
    if (viewers.size === 0) return
    await drawServers(servers)
    for (const id of nodes) await drawNodes(id)
    for (const viewer of newcomers()) await catchUp(viewer)
  }

  const newcomers = () => [...viewers].filter(({ needsAll }) => needsAll)

  async function drawServers(ids: readonly string[]): Promise<void> {
    const lists = viewers.of('servers')
    const looked = lists.length > 0 ? ids : ids.filter((id) => viewers.of('server', id).length > 0)
    if (looked.length === 0) return
    const views = await readServers({ database, hub: parts.hub(), live }, looked)
    for (const id of looked) {
      const seen = views.get(id)
      const pages = viewers.of('server', id)
      if (pages.length > 0) {
        const bytes = encodeEvent(++eventId, await drawPage(id, seen))
        for (const viewer of pages) viewer.send(bytes)
      }
      if (lists.length === 0) continue
      const row = await drawRow(id, seen)
      if (sent.get(id) === row) continue
      remember(id, row)
      const bytes = encodeEvent(++eventId, row)
      for (const viewer of lists)
        if (!seen || can(viewer.actor, 'server.read', { ownerId: seen.view.owner.id })) viewer.send(bytes)
    }
  }

  async function drawNodes(id: string): Promise<void> {
    const watching = [...viewers.of('node', id), ...viewers.of('nodes')]
    const view = watching.length > 0 ? await parts.node?.(id) : undefined
    if (!view) return
    const bytes = encodeEvent(++eventId, await drawNode(view))
    for (const viewer of watching) viewer.send(bytes)
  }

  /** Everything this page shows, as it is now. */
  async function catchUp(viewer: OpenViewer): Promise<void> {
    const { topic } = viewer
    if (topic.kind === 'nodes' || topic.kind === 'node') {
      const view = topic.kind === 'node' ? await parts.node?.(topic.id) : undefined
      viewer.sendAll(view ? encodeEvent(++eventId, await drawNode(view)) : ping)
      return
    }
    const ids = topic.kind === 'server' ? [topic.id] : await visibleIds(database, viewer.actor)
    const views = await readServers({ database, hub: parts.hub(), live }, ids)
    const draw = topic.kind === 'server' ? drawPage : drawRow
    const drawn: string[] = []
    for (const id of ids) drawn.push(await draw(id, views.get(id)))
    viewer.sendAll(drawn.length > 0 ? encodeEvent(++eventId, drawn.join('')) : ping)
    if (topic.kind === 'server') sendStats([viewer], topic.id)
  }

  function remember(id: string, row: string): void {
    if (sent.size > 2 * mostProgress) sent.clear()
    sent.set(id, row)
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
