// Questions to the other end: each has a number, a deadline and a place among a bounded count of open ones.
import type { z } from 'zod'
import { PublicError } from '#core/base/errors.ts'
import {
  type answerSchema,
  type RequestMethod,
  type RequestParams,
  type RequestResult,
  requestMethods,
} from './messages.ts'

export const maxPendingRequests = 1000
const defaultDeadlineMs = 10_000

export interface Requests {
  readonly size: number
  ask<M extends RequestMethod>(method: M, params: RequestParams<M>, deadlineMs?: number): Promise<RequestResult<M>>
  answer(message: z.output<typeof answerSchema>): void
  /** The connection is gone: every open question fails with `node-unreachable`. */
  abandon(): void
}

interface Pending {
  readonly method: RequestMethod
  settle(outcome: { result: unknown } | { error: Error }): void
}

export function openRequests(
  send: (message: { type: 'request'; id: number; method: string; params: unknown }) => void,
): Requests {
  const pending = new Map<number, Pending>()
  let lastId = 0
  let gone = false

  return {
    get size() {
      return pending.size
    },
    async ask<M extends RequestMethod>(method: M, params: RequestParams<M>, deadlineMs = defaultDeadlineMs) {
      if (gone) throw unreachable()
      if (pending.size >= maxPendingRequests) {
        throw new PublicError('node-busy', `The node has ${pending.size} open requests.`, {
          status: 503,
          hint: 'Try again in a moment.',
        })
      }
      lastId += 1
      const id = lastId
      const { promise, resolve, reject } = Promise.withResolvers<unknown>()
      const deadline = setTimeout(() => {
        pending.delete(id)
        reject(timedOut(method, deadlineMs))
      }, deadlineMs)
      pending.set(id, {
        method,
        settle(outcome) {
          clearTimeout(deadline)
          pending.delete(id)
          if ('error' in outcome) reject(outcome.error)
          else resolve(outcome.result)
        },
      })
      try {
        send({ type: 'request', id, method, params })
      } catch (error) {
        pending.get(id)?.settle({ error: error instanceof Error ? error : new Error(String(error)) })
      }
      return (await promise) as RequestResult<M> // checked against the method's schema in answer()
    },
    answer(message) {
      const question = pending.get(message.id)
      if (!question) return // the deadline was faster
      if (!message.ok) {
        const { code, message: sentence, status } = message.error
        question.settle({ error: new PublicError(code, sentence, { status }) })
        return
      }
      const result = requestMethods[question.method].result.safeParse(message.result)
      if (result.success) question.settle({ result: result.data })
      else question.settle({ error: new Error(`answer to ${question.method} not understood`, { cause: result.error }) })
    },
    abandon() {
      gone = true
      for (const question of pending.values()) question.settle({ error: unreachable() })
    },
  }
}

export function unreachable(): PublicError {
  return new PublicError('node-unreachable', 'The node is not connected.', {
    status: 503,
    hint: 'Servers on it run on. Check that the machine is up and can reach the panel.',
  })
}

function timedOut(method: string, deadlineMs: number): PublicError {
  return new PublicError('node-timeout', `The node did not answer within ${deadlineMs / 1000} s.`, {
    status: 504,
    cause: new Error(`${method} unanswered`),
  })
}
