// One open page: a stream of events with a bounded buffer. A page that reads too slowly is not sent every event but,
// when it reads again, all that is true by then; one that does not read at all is closed.
import type { LiveViewer } from '#core/panel/context.ts'

/** What may wait for one page: about the full set of a list with a hundred servers. */
const highWaterBytes = 64 * 1024
/** A page that has read nothing for so long is gone or asleep; it comes back by itself. */
const stalledMs = 30_000

export interface OpenViewer extends LiveViewer {
  readonly stream: ReadableStream<Uint8Array>
  /** Called while it needs the full set: at the start, and after it fell behind. */
  readonly needsAll: boolean
  /** False when it was skipped because its buffer is full. */
  send(bytes: Uint8Array): boolean
  /** A full set: it is up to date again. */
  sendAll(bytes: Uint8Array): void
  stalled(now: number): boolean
  close(): void
}

export interface ViewerHooks {
  readonly now: () => number
  /** It reads again after it fell behind. */
  readonly onRoom: () => void
  readonly onGone: () => void
}

export function openViewer(viewer: LiveViewer, { now, onRoom, onGone }: ViewerHooks): OpenViewer {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  let needsAll = true
  let behind = false
  let fullSince: number | undefined

  const end = () => {
    if (!controller) return
    controller = undefined
    onGone()
  }
  const stream = new ReadableStream<Uint8Array>(
    {
      start: (opened) => {
        controller = opened
      },
      pull: () => {
        fullSince = undefined
        if (!behind) return
        behind = false
        onRoom()
      },
      cancel: end,
    },
    { highWaterMark: highWaterBytes, size: (chunk) => chunk.byteLength },
  )
  const push = (bytes: Uint8Array): void => {
    controller?.enqueue(bytes)
    if ((controller?.desiredSize ?? 0) <= 0) fullSince ??= now()
  }
  return {
    ...viewer,
    stream,
    get needsAll() {
      return needsAll && !behind
    },
    send: (bytes) => {
      if (needsAll) return false
      if ((controller?.desiredSize ?? 0) <= 0) {
        needsAll = true
        behind = true
        return false
      }
      push(bytes)
      return true
    },
    sendAll: (bytes) => {
      needsAll = false
      push(bytes)
    },
    stalled: (at) => fullSince !== undefined && at - fullSince > stalledMs,
    close: () => {
      const open = controller
      end()
      try {
        open?.close()
      } catch {
        // The browser went in the same moment.
      }
    },
  }
}
