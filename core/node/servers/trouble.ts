// What went wrong, for the person who looks at the server; the log gets the rest.
import { messageOf, PublicError } from '#core/base/errors.ts'
import type { Log } from '#core/base/log.ts'
import type { RuntimeDriver } from '#core/plugins/contributions.ts'

const healthDeadlineMs = 5000

/** With what can be done about it. */
export function explain(error: unknown, log: Log): string {
  if (error instanceof PublicError) return error.hint === undefined ? error.message : `${error.message} ${error.hint}`
  log.error('a server could not be served', { error })
  return messageOf(error)
}

/** Undefined when the engine is fine, so that the trouble is the server's own. */
export async function engineTrouble(driver: () => RuntimeDriver): Promise<string | undefined> {
  try {
    const health = await driver().health(AbortSignal.timeout(healthDeadlineMs))
    return health.healthy ? undefined : health.detail
  } catch (error) {
    return messageOf(error)
  }
}
