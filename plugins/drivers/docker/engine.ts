// The Docker engine's API: one client, a deadline for every call, and what its errors mean.
import Dockerode from 'dockerode'
import { PublicError } from 'stellar/plugin'

export type Engine = Dockerode

/** Labels by which everything of ours is found again. */
export const labels = { server: 'stellar.server', purpose: 'stellar.purpose', node: 'stellar.node' } as const

export function openEngine(socketPath: string): Engine {
  return new Dockerode({ socketPath })
}

/** Milliseconds. Docker answers reads in a few; creating and starting took up to 3 s on a loaded machine. */
export const deadlines = { read: 10_000, change: 60_000 } as const

/** Runs one call with a deadline of its own beside the caller's signal. */
export async function call<T>(
  what: string,
  milliseconds: number,
  run: (signal: AbortSignal) => Promise<T>,
  caller?: AbortSignal,
): Promise<T> {
  caller?.throwIfAborted()
  const deadline = AbortSignal.timeout(milliseconds)
  const signal = caller ? AbortSignal.any([caller, deadline]) : deadline
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = () =>
    reject(
      deadline.aborted
        ? new PublicError('docker-timeout', `Docker did not ${what} within ${milliseconds / 1000} seconds.`, {
            status: 504,
          })
        : caller?.reason,
    )
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([run(signal), aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** HTTP status of the engine's refusal; undefined when it did not answer at all. */
export function statusOf(error: unknown): number | undefined {
  return typeof error === 'object' && error !== null && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined
}

/** System error code such as ECONNREFUSED. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** The engine's own sentence, without dockerode's framing. */
export function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.replace(/^\(HTTP code \d+\) [^-]*- /, '').trim()
}

/** Absence is expected: undefined for 404, anything else is thrown. */
export async function found<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw error
  }
}
