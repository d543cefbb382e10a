// Stopping a game: ask in the way it understands, give it time, then end it.
import { setTimeout as delay } from 'node:timers/promises'
import type { RunSpec } from '#core/domain/plan.ts'
import type { Run } from './run.ts'

/** Resolves when it has ended. Returns whether it had to be killed. `impatient` ends the waiting at once. */
export async function stopRun(
  run: Run,
  how: RunSpec['stop'],
  ended: Promise<unknown>,
  impatient: AbortSignal,
): Promise<'stopped' | 'killed'> {
  if (!impatient.aborted) {
    try {
      if (how.by.kind === 'command') await run.write(`${how.by.command}\n`)
      else await run.instance.signal(how.by.signal)
    } catch {
      // A console that is blocked or closed cannot be asked; SIGTERM is the next best.
      await run.instance.signal('SIGTERM').catch(() => undefined)
    }
    const grace = new AbortController()
    const patience = delay(how.graceSeconds * 1000, 'out of time', {
      signal: AbortSignal.any([grace.signal, impatient]),
    })
    const outcome = await Promise.race([ended.then(() => 'ended'), patience.catch(() => 'out of time')])
    grace.abort()
    if (outcome === 'ended') return 'stopped'
  }
  await run.instance.kill()
  await ended
  return 'killed'
}
