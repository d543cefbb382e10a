// One console: a single stream from its node, however many look at it. Never stops reading, because a stalled reader
// would hold up the node; what a viewer cannot take is counted.
import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '#core/base/log.ts'
import type { Hub } from '#core/panel/context.ts'
import { coalesce } from './coalesce.ts'
import { openRing } from './ring.ts'
import { gapBetween, type Run, runAfter, runOf } from './run.ts'
import { deliver, type Outlet, type Pace, tooSlow, type Viewer } from './viewer.ts'

export type From = { readonly after: number } | { readonly tail: number }

export interface ChannelParts {
  readonly hub: Pick<Hub, 'connected' | 'console' | 'request'>
  readonly nodeId: string
  readonly serverId: string
  readonly log: Log
  readonly now: () => number
  /** Nobody has looked for a while, and the stream is closed. */
  readonly onIdle: () => void
}

export interface Channel {
  readonly viewers: number
  join(outlet: Outlet, from: From): Disposable
  close(): void
}

/** People go back and forth between pages; the next one finds the ring filled. */
const lingerMs = 30_000
/** How soon a node that came back is noticed, and how fast a stream that ends at once is asked for again. */
const firstRetryMs = 250
const longestRetryMs = 5_000
/** What one question to the history may ask for. */
const mostHistory = 1000

type Member = Viewer & Pace

export function openChannel(parts: ChannelParts, first: From): Channel {
  const { hub, nodeId, serverId, log, now } = parts
  const ring = openRing()
  const members = new Set<Member>()
  const life = new AbortController()
  let upstream: AsyncDisposable | undefined
  let last: number | undefined
  let connected = hub.connected(nodeId)
  let since = now()
  let lingering: NodeJS.Timeout | undefined

  const frames = coalesce((frame) => {
    for (const member of members) if (!member.paused) give(member, frame)
  })

  function give(member: Member, run: Run): void {
    if (deliver(member, run, now())) return
    members.delete(member)
    member.outlet.close(tooSlow, 'too slow')
    leave()
  }

  function take(chunk: Uint8Array): void {
    const run = runOf(chunk)
    // What was had already comes again when a stream is asked for anew.
    const fresh = run && (last === undefined ? run : runAfter(run, last))
    if (!fresh) return
    last = fresh.last
    ring.add(fresh)
    frames.push(fresh)
  }

  async function follow(): Promise<void> {
    let retryMs = firstRetryMs
    while (!life.signal.aborted) {
      note(hub.connected(nodeId))
      if (connected) {
        let heard = false
        try {
          const stream = hub.console(nodeId, serverId, last === undefined ? first : { after: last })
          upstream = stream
          for await (const chunk of stream.chunks) {
            heard = true
            take(chunk)
          }
        } catch (error) {
          log.debug('a console stream broke off', { serverId, error })
        } finally {
          await upstream?.[Symbol.asyncDispose]()
          upstream = undefined
        }
        retryMs = heard ? firstRetryMs : Math.min(retryMs * 2, longestRetryMs)
      } else retryMs = firstRetryMs
      note(hub.connected(nodeId))
      await delay(retryMs, undefined, { ref: false, signal: life.signal }).catch(() => undefined)
    }
  }

  function note(next: boolean): void {
    if (next === connected) return
    connected = next
    since = now()
    for (const { outlet } of members) outlet.tell(status())
  }
  const status = () => ({ type: 'status', connected, since: new Date(since).toISOString() })

  /** What this viewer has not seen of the lines before the ring, then the ring; from then on it follows. */
  async function catchUp(member: Member, from: From, isFirst: boolean): Promise<void> {
    frames.flush()
    const start = ring.first ?? (isFirst ? undefined : Number.MAX_SAFE_INTEGER)
    const held = ring.first === undefined || last === undefined ? 0 : last - ring.first + 1
    const wanted = start === undefined ? 0 : 'after' in from ? start - 1 - from.after : from.tail - held
    if ('after' in from) member.last = from.after
    if (start !== undefined && wanted > 0) await tellHistory(member, start, Math.min(wanted, mostHistory))
    if (!members.has(member)) return
    const seen = member.last ?? ('tail' in from && last !== undefined ? last - from.tail : -1)
    const run = ring.after(seen)
    member.paused = false
    if (run) give(member, run)
  }

  async function tellHistory(member: Member, before: number, limit: number): Promise<void> {
    try {
      const { text } = await hub.request(nodeId, 'console.history', { serverId, before, limit })
      const run = runOf(Buffer.from(text))
      if (run && members.has(member)) give(member, run)
    } catch (error) {
      // The lines stay missing and are counted; the page can ask for them again.
      log.debug('older lines of a console could not be read', { serverId, error })
      const gap = gapBetween(member.last ?? before - 1, before, now())
      if (gap && members.has(member)) give(member, gap)
    }
  }

  function leave(): void {
    if (members.size > 0 || lingering) return
    lingering = setTimeout(close, lingerMs)
    lingering.unref()
  }

  function close(): void {
    if (life.signal.aborted) return
    life.abort()
    clearTimeout(lingering)
    frames[Symbol.dispose]()
    for (const { outlet } of members) outlet.close(1001, 'closing')
    members.clear()
    // Ends the loop of follow(), which then finds the signal.
    void Promise.resolve(upstream?.[Symbol.asyncDispose]()).catch(() => undefined)
    parts.onIdle()
  }

  void follow()
  return {
    get viewers() {
      return members.size
    },
    join: (outlet, from) => {
      clearTimeout(lingering)
      lingering = undefined
      // The stream itself begins where the first viewer asked it to.
      const isFirst = members.size === 0 && last === undefined
      const member: Member = { outlet, paused: true, last: undefined, slowSince: undefined }
      members.add(member)
      outlet.tell(status())
      void catchUp(member, from, isFirst)
      return {
        [Symbol.dispose]: () => {
          if (members.delete(member)) leave()
        },
      }
    },
    close,
  }
}
