// Draws what pages watch: each server and node is read and drawn once, and the same bytes go to everybody who looks at it.
import type { Database } from '#core/db/database.ts'
import type { Hub, Live } from '#core/panel/context.ts'
import { subjectOf } from '#core/panel/servers/view.ts'
import { can } from '#core/permissions/can.ts'
import type { Permission } from '#core/permissions/catalogue.ts'
import { mayOn } from '#core/permissions/may.ts'
import type { NodeView } from '#views/models.ts'
import { type Cell, drawNode, drawPage, drawRow } from './draw.tsx'
import { encodeEvent, ping } from './event.ts'
import { readServers, type Seen, seenBy, visibleIds } from './read.ts'
import { openSent } from './sent.ts'
import type { OpenViewer } from './viewer.ts'
import type { Viewers } from './viewers.ts'

export interface PainterParts {
  readonly database: Database
  readonly hub: () => Pick<Hub, 'connected' | 'status'>
  readonly now: () => number
  readonly node?: ((nodeId: string) => Promise<NodeView | undefined>) | undefined
  readonly live: Pick<Live, 'latestStats' | 'recentCpu' | 'latestProgress'>
  readonly viewers: Viewers
}

interface Changed {
  readonly servers: ReadonlySet<string>
  /** Of these only the numbers, which the page of a server draws by itself. */
  readonly rows: ReadonlySet<string>
  readonly nodes: ReadonlySet<string>
}

export interface Painter {
  /** Whoever just came is sent everything they look at, the others what looks different now. */
  draw(changed: Changed): Promise<void>
  /** The latest numbers of a server, to its pages. */
  measured(serverId: string): void
}

export function openPainter(parts: PainterParts): Painter {
  const { database, viewers, live, now } = parts
  const sent = openSent()
  let eventId = 0

  async function drawPages(ids: ReadonlySet<string>, fresh: ReadonlySet<OpenViewer>): Promise<void> {
    const pages = Map.groupBy(viewers.of('server'), ({ topic }) => ('id' in topic ? topic.id : ''))
    const wanted = [...pages]
      .filter(([id, open]) => ids.has(id) || open.some((viewer) => fresh.has(viewer)))
      .map(([id]) => id)
    if (wanted.length === 0) return
    const seen = await readServers({ database, hub: parts.hub(), live }, wanted)
    for (const id of wanted) {
      const open = pages.get(id) ?? []
      const server = seen.get(id)
      for (const [variant, some] of Map.groupBy(open, (viewer) => variantFor(viewer, server))) {
        const [first] = some
        const cells = await drawPage(id, server && first && seenBy(server, mayOf(first, server)))
        send(some, fresh, cells, sent.changed(cells, variant))
      }
      sendStats(
        open.filter((viewer) => fresh.has(viewer)),
        id,
      )
    }
  }

  async function drawLists(ids: ReadonlySet<string>, fresh: ReadonlySet<OpenViewer>): Promise<void> {
    const open = viewers.of('servers')
    if (open.length === 0) return
    // The owner sees everything, everybody else their own: one event for each person, not for each page.
    const people = [...Map.groupBy(open, ({ actor }) => (actor.isOwner ? '' : actor.userId)).values()]
    const wanted = new Set(ids)
    for (const [first] of people.filter((pages) => pages.some((page) => fresh.has(page)))) {
      if (first) for (const id of await visibleIds(database, first.actor)) wanted.add(id)
    }
    if (wanted.size === 0) return
    const seen = await readServers({ database, hub: parts.hub(), live }, [...wanted])
    const drawn = new Map<string, Drawn>()
    for (const pages of people) {
      const [first] = pages
      if (!first) continue
      const shown: Drawn[] = []
      for (const id of wanted) {
        const server = seen.get(id)
        if (server && !mayShow(first, server)) continue
        const variant = variantFor(first, server)
        const key = `${id} ${variant}`
        let row = drawn.get(key)
        if (!row) {
          const cells = await drawRow(id, server && seenBy(server, mayOf(first, server)))
          row = { cells, different: sent.changed(cells, variant) }
          drawn.set(key, row)
        }
        shown.push(row)
      }
      send(
        pages,
        fresh,
        shown.flatMap(({ cells }) => cells),
        shown.flatMap(({ different }) => different),
      )
    }
  }

  async function drawNodes(ids: ReadonlySet<string>, fresh: ReadonlySet<OpenViewer>): Promise<void> {
    const lists = viewers.of('nodes')
    const pages = viewers.of('node')
    const asked = [...fresh].flatMap(({ topic }) => (topic.kind === 'node' ? [topic.id] : []))
    for (const id of new Set([...ids, ...asked])) {
      const open = [...lists, ...pages.filter(({ topic }) => 'id' in topic && topic.id === id)].filter(({ actor }) =>
        can(actor, 'node.view', { nodeId: id }),
      )
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
    const latest = live.latestStats(id)
    if (!latest) return
    const { id: serverId, ...values } = latest
    const bytes = encodeEvent(
      ++eventId,
      JSON.stringify({ serverId, ...values, at: new Date(now()).toISOString() }),
      'stats',
    )
    for (const viewer of pages) viewer.send(bytes)
  }

  return {
    draw: async ({ servers, rows, nodes }) => {
      const fresh = new Set([...viewers].filter(({ needsAll }) => needsAll))
      await drawPages(servers, fresh)
      await drawLists(new Set([...servers, ...rows]), fresh)
      await drawNodes(nodes, fresh)
      // Where there was nothing to draw, the page is up to date all the same.
      for (const viewer of fresh) if (viewer.needsAll) viewer.sendAll(ping)
    },
    measured: (serverId) => {
      const pages = viewers.of('server', serverId)
      if (pages.length > 0) sendStats(pages, serverId)
    },
  }
}

interface Drawn {
  readonly cells: readonly Cell[]
  readonly different: readonly Cell[]
}

/** A row that is gone is nobody's secret: its id alone is sent. */
function mayShow({ actor }: OpenViewer, seen: Seen): boolean {
  return can(actor, 'server.view', subjectOf(seen.view))
}

const mayOf = ({ actor }: OpenViewer, seen: Seen) => mayOn(actor, subjectOf(seen.view))

/** What is drawn differently for people with other rights; the same for most of them. */
const drawnBy: readonly Permission[] = [
  'server.start',
  'server.stop',
  'server.restart',
  'server.kill',
  'server.reinstall',
  'server.startup.update',
  'server.limits',
]

function variantFor(viewer: OpenViewer, seen: Seen | undefined): string {
  if (!seen) return ''
  const may = mayOf(viewer, seen)
  return drawnBy.map((name) => (may.has(name) ? '1' : '0')).join('')
}
