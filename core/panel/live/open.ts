// The live values of this process, and the pages that watch them: what changed is collected for a moment and then drawn.
import { onRightsChanged } from '#core/auth/rights-changed.ts'
import type { Log } from '#core/base/log.ts'
import type { Database } from '#core/db/database.ts'
import type { Hub, Live } from '#core/panel/context.ts'
import type { InstallProgress } from '#core/protocol/messages.ts'
import type { NodeView } from '#views/models.ts'
import { dismiss, type Watcher } from './dismiss.ts'
import { ping } from './event.ts'
import { openPainter } from './paint.ts'
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
/** A page that hears nothing for ten seconds says that its feed is lost: two beats, so that one may be late. */
const pingEveryMs = 5_000
/** A session that was revoked falls out within twice this. */
const checkEveryMs = 2_000
/** Progress of installations that ended is kept for those who look afterwards. */
const mostProgress = 500

export function openLive(parts: LiveParts): Live & AsyncDisposable {
  const { log, database, now } = parts
  const history = openStatsHistory(now)
  const viewers = openViewers()
  const progress = new Map<string, InstallProgress>()
  const changed = { servers: new Set<string>(), nodes: new Set<string>(), rows: new Set<string>() }
  const measured = new Set<string>()
  const forLists = new Set<string>()
  let listsTurn = false
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
      if (viewers.size === 0) return
      for (const { id } of servers) {
        measured.add(id)
        forLists.add(id)
      }
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
    recentCpu: (id) => history.recentCpu(id),
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
      listening[Symbol.dispose]()
      for (const viewer of viewers) viewer.close()
      await drawing
    },
  }

  const painter = openPainter({ ...parts, live, viewers })

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
            if (changed.servers.size > 0 || changed.nodes.size > 0 || changed.rows.size > 0 || newcomers().length > 0)
              soon()
          })
      },
      Math.min(wait, changesEveryMs + retryDrawingMs),
    )
    timer.unref()
  }

  const newcomers = () => [...viewers].filter(({ needsAll }) => needsAll)

  async function draw(): Promise<void> {
    const { servers, nodes, rows } = changed
    changed.servers = new Set()
    changed.nodes = new Set()
    changed.rows = new Set()
    try {
      await painter.draw({ servers, nodes, rows })
    } catch (error) {
      // Once more, when the database answers again.
      for (const id of servers) changed.servers.add(id)
      for (const id of nodes) changed.nodes.add(id)
      throw error
    }
  }

  /** Numbers go to the pages of servers once a second, and half as often to lists, where there are many of them. */
  function sendMeasured(): void {
    if (viewers.size === 0) {
      measured.clear()
      forLists.clear()
      return
    }
    for (const id of measured) painter.measured(id)
    listsTurn = !listsTurn
    if (listsTurn && viewers.of('servers').length > 0) {
      for (const id of forLists) changed.rows.add(id)
      forLists.clear()
      if (changed.rows.size > 0) soon()
    }
    measured.clear()
  }

  function check(): void {
    dismiss(database, [...viewers].map(watcherOf), now()).catch((error: unknown) => {
      // Fails closed: who cannot be checked may not look.
      log.error('those who watch could not be checked', { error })
      for (const viewer of viewers) viewer.close()
    })
  }
  const listening = onRightsChanged(database, check)

  const every = (ms: number, work: () => void) => setInterval(work, ms).unref()
  const intervals = [
    every(statsEveryMs, sendMeasured),
    every(pingEveryMs, () => {
      for (const viewer of viewers) viewer.send(ping)
      history.sweep()
    }),
    every(checkEveryMs, check),
  ]
  return live
}

/** With other rights the page looks different: its browser opens the stream again and is sent everything anew. */
function watcherOf(viewer: OpenViewer): Watcher {
  const { actor, sessionId, topic } = viewer
  return {
    actor,
    sessionId,
    topic,
    permission: topic.kind === 'node' || topic.kind === 'nodes' ? 'node.view' : 'server.view',
    stalled: (at) => viewer.stalled(at),
    changed: () => viewer.close(),
    close: () => viewer.close(),
  }
}
