// What became of a server while no node watched it: it runs and somebody listens again, or what to make of its absence.
import type { DesiredServer } from '#core/domain/plan.ts'
import type { Attachment, Instance } from '#core/plugins/contributions.ts'
import { type Absence, isLive, isRebooted, isWanted, judgeAbsence } from './absence.ts'
import { resume } from './resume.ts'
import type { ServerOptions } from './server-contract.ts'
import type { KeptState } from './server-disk.ts'

/** For filling in what was said meanwhile, from an engine that may have much to read. */
const resumeMs = 60_000

export interface FoundRunning {
  readonly kind: 'runs'
  readonly instance: Instance
  readonly attachment: Attachment
  readonly startedAt: string
}

export async function findAgain(
  { driver, console, bootId, lastAlive }: ServerOptions,
  desired: DesiredServer,
  state: KeptState,
): Promise<FoundRunning | Absence> {
  const instance = isLive(state) || isWanted(desired, state) ? await driver().recover(desired.id, 'run') : undefined
  const found = await instance?.running()
  if (instance && found?.running === true) {
    const attachment = await resume(instance, console, AbortSignal.timeout(resumeMs))
    const startedAt = found.startedAt ?? state.startedAt ?? new Date().toISOString()
    return { kind: 'runs', instance, attachment, startedAt }
  }
  return judgeAbsence(desired, state, found?.exit, isRebooted(state, bootId), lastAlive)
}
