// The newest records of a console in memory, and readers that follow them at their own pace. Who is too slow gets a gap
// record that says how much is missing; the game never waits for a reader.
import { encodeRecord } from '#core/domain/console.ts'
import type { ConsoleSource } from '#core/node/context.ts'
import { type Block, offsetOf, wholeRecords } from './record-blocks.ts'

/** Bytes of records kept for live readers, a server. */
const mostBytes = 256 * 1024

export interface ConsoleRing {
  publish(block: Block): void
  /** A reader that gets `backlog` first, then everything from the record `next` on. */
  follow(backlog: Uint8Array, next: number): ConsoleSource
  /** Newest blocks, oldest first. */
  blocks(): readonly Block[]
  /** Nothing more will come. */
  end(): void
}

export function consoleRing(now: () => number = Date.now): ConsoleRing {
  const blocks: Block[] = []
  const followers = new Set<() => void>()
  let size = 0
  let ended = false

  return {
    publish(block) {
      blocks.push(block)
      size += block.bytes.length
      while (size > mostBytes && blocks.length > 1) size -= blocks.shift()?.bytes.length ?? 0
      for (const wake of followers) wake()
    },

    follow(backlog, next) {
      let rest = backlog
      let cursor = next
      let onReadable: (() => void) | undefined
      let asleep = false
      const wake = () => {
        if (!asleep) return
        asleep = false
        onReadable?.()
      }
      followers.add(wake)

      /** Moves the cursor on to the ring; undefined when there is nothing new. */
      function refill(): Uint8Array | undefined {
        const oldest = blocks[0]
        if (oldest && cursor < oldest.first) {
          const gap = { number: oldest.first - 1, at: now(), kind: 'g', text: String(oldest.first - cursor) } as const
          cursor = oldest.first
          return Buffer.from(encodeRecord(gap))
        }
        const block = blocks.find((each) => each.last >= cursor)
        if (!block) return undefined
        const offset = offsetOf(block.bytes, cursor)
        cursor = block.last + 1
        return block.bytes.subarray(offset)
      }

      return {
        pull(most) {
          if (rest.length === 0) rest = refill() ?? rest
          if (rest.length === 0) {
            asleep = true
            return rest
          }
          const end = wholeRecords(rest, most)
          const taken = rest.subarray(0, end)
          rest = rest.subarray(end)
          return taken
        },
        onReadable(wake) {
          onReadable = wake
        },
        get ended() {
          return ended && rest.length === 0 && !blocks.some((block) => block.last >= cursor)
        },
        [Symbol.dispose]() {
          followers.delete(wake)
        },
      }
    },

    blocks: () => blocks,

    end() {
      ended = true
      for (const wake of followers) wake()
    },
  }
}
