// Facts of one connection, stored one after the other and acknowledged only then. A database that hiccups is tried
// again; one that stays away ends the connection, and the node tells everything again.
import { setTimeout as sleep } from 'node:timers/promises'
import { ProtocolError } from '#core/protocol/codec.ts'
import type { Fact } from '#core/protocol/messages.ts'

/** A node sends a hundred before it waits; anything near this does not keep to the protocol. */
const maxWaiting = 1000
const retryAfterMs = [200, 1000, 3000]

export interface FactQueueOptions {
  store(fact: Fact): Promise<void>
  stored(seq: number): void
  failed(error: unknown): void
}

export interface FactQueue {
  /** Throws ProtocolError for one too many or out of order. */
  add(fact: Fact): void
  /** Nothing more is begun. */
  stop(): void
  /** After `stop`: what had been begun is done. */
  readonly idle: Promise<void>
}

export function openFactQueue({ store, stored, failed }: FactQueueOptions): FactQueue {
  const waiting: Fact[] = []
  const stopping = new AbortController()
  const { promise: idle, resolve: rest } = Promise.withResolvers<void>()
  let working = false
  let lastSeq = 0

  async function keep(fact: Fact): Promise<void> {
    for (const pause of retryAfterMs) {
      try {
        return await store(fact)
      } catch {
        await sleep(pause, undefined, { signal: stopping.signal })
      }
    }
    await store(fact)
  }

  async function work(): Promise<void> {
    working = true
    for (let fact = waiting[0]; fact && !stopping.signal.aborted; fact = waiting[0]) {
      try {
        await keep(fact)
      } catch (error) {
        if (!stopping.signal.aborted) failed(error)
        break
      }
      waiting.shift()
      stored(fact.seq)
    }
    working = false
    if (stopping.signal.aborted) rest()
  }

  return {
    add(fact) {
      if (fact.seq <= lastSeq) throw new ProtocolError(`fact ${fact.seq} after fact ${lastSeq}`)
      if (waiting.length >= maxWaiting) throw new ProtocolError(`more than ${maxWaiting} facts at once`)
      lastSeq = fact.seq
      waiting.push(fact)
      if (!working) void work()
    },
    stop() {
      stopping.abort()
      if (!working) rest()
    },
    idle,
  }
}
