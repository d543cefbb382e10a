// The runs of one server, one after the other: how one begins, what is noticed about it, and how it ends.
import type { DesiredServer } from '#core/domain/plan.ts'
import type { Attachment, Instance, InstanceExit } from '#core/plugins/contributions.ts'
import { bringUp } from './bring-up.ts'
import { conclude, mostLastLines } from './ending.ts'
import type { Interruptible } from './interruptible.ts'
import { CalledOff } from './one-at-a-time.ts'
import { followRun, type Run } from './run.ts'
import type { ServerOptions } from './server-contract.ts'
import type { StateKeeper } from './state-keeper.ts'
import { stopRun } from './stop.ts'
import { engineTrouble, explain } from './trouble.ts'

/** While the engine is away. */
const retryMs = 5000

type FromServer = 'bootId' | 'console' | 'disk' | 'driver' | 'log' | 'report' | 'sources'

export interface RunsOptions extends Pick<ServerOptions, FromServer> {
  readonly desired: () => DesiredServer
  readonly state: StateKeeper
  readonly operation: Interruptible
  /** One has ended by itself, and is to be settled. */
  readonly onEnd: () => void
}

export interface Runs extends AsyncDisposable {
  /** Undefined while it does not run. */
  readonly now: Run | undefined
  /** When the next one is to start, in milliseconds since 1970. */
  startAt: number | undefined
  start(): Promise<void>
  /** Takes over one that goes on already. */
  follow(instance: Instance, attachment: Attachment, startedAt: string): void
  /** Resolves when it has ended and is settled. */
  stop(kill: boolean): Promise<void>
  /** One ended while nobody watched. */
  missed(exit: InstanceExit): void
  /** What is known to have ended becomes the server's state, and perhaps a next start. Harmless when nothing has. */
  settle(): Promise<void>
}

export function openRuns(options: RunsOptions): Runs {
  const { disk, console, driver, report, log, desired, state, operation } = options
  let run: Run | undefined
  let runEnded = Promise.withResolvers<void>()
  /** How it ended, when that is known, and why. */
  let exit: InstanceExit | undefined
  let stopping = false
  let lateSeconds: number | undefined

  // --- starting ---

  async function start(): Promise<void> {
    runs.startAt = undefined
    if (run) return
    const { bootId } = options
    await state.become('starting', { reason: undefined, notReady: undefined, startedAt: undefined, bootId })
    using waiting = operation.begin('start')
    const { data } = disk
    try {
      const upOptions = { desired: desired(), driver: driver(), sources: options.sources(), data, console, log }
      const { instance, attachment } = await bringUp(upOptions, waiting.signal)
      const startedAt = new Date().toISOString()
      await state.become('starting', { startedAt })
      follow(instance, attachment, startedAt)
    } catch (error) {
      // A node that stops leaves the state as it is, so that the next one starts it.
      if (operation.closed) throw new CalledOff()
      if (!waiting.signal.aborted) return await startFailed(error)
      await state.become('stopped')
      throw new CalledOff()
    }
  }

  async function startFailed(error: unknown): Promise<void> {
    const trouble = await engineTrouble(driver)
    if (trouble !== undefined) {
      await state.become('stopped', { reason: `Waiting for the node: ${trouble}` })
      runs.startAt = Date.now() + retryMs
      return
    }
    const reason = `It could not be started: ${explain(error, log)}`
    console.note(reason)
    await state.become('crashed', { reason, leftOff: true })
  }

  // --- running ---

  function follow(instance: Instance, attachment: Attachment, startedAt: string): void {
    exit = undefined
    stopping = false
    lateSeconds = undefined
    const ended = Promise.withResolvers<void>()
    runEnded = ended
    const events = {
      onReady: () => quietly(becomeReady()),
      onReadyTimeout: () => quietly(becomeLate()),
      onHint: (hint: string, line: string) => report.fact(desired().id, { kind: 'hint', hint, line }),
      onExit: (how: InstanceExit) => {
        exit = how
        ended.resolve()
        options.onEnd()
      },
    }
    const wasReady = state.now.state === 'running' && state.now.notReady !== true
    const { run: spec } = desired()
    run = followRun({ instance, spec, console, log, startedAt: Date.parse(startedAt), wasReady, ...events }, attachment)
  }

  async function becomeReady(): Promise<void> {
    if (stopping || exit || (state.now.state !== 'starting' && state.now.notReady !== true)) return
    await state.become('running', { notReady: undefined, reason: undefined })
  }

  async function becomeLate(): Promise<void> {
    if (stopping || exit || state.now.state !== 'starting') return
    const { ready, readyTimeout } = desired().run
    const { timeoutSeconds } = ready
    const reason = `It was not ready within ${timeoutSeconds} seconds.`
    console.note(reason)
    if (readyTimeout === 'warn') return state.become('running', { notReady: true, reason })
    lateSeconds = timeoutSeconds
    await run?.instance.kill()
  }

  function quietly(promise: Promise<void>): void {
    promise.catch((error: unknown) => log.error('a state could not be kept', { error }))
  }

  // --- ending ---

  async function stop(kill: boolean): Promise<void> {
    if (!run) return
    stopping = true
    if (state.now.state !== 'stopping') await state.become('stopping')
    console.note(kill ? 'Killing.' : 'Stopping.')
    using waiting = operation.begin('stop')
    if (kill) operation.callOff()
    const outcome = await stopRun(run, desired().run.stop, runEnded.promise, waiting.signal)
    if (outcome === 'killed' && !kill) console.note('It did not stop in time and was killed.')
    await settle()
  }

  async function settle(): Promise<void> {
    if (!exit) return
    const how = exit
    await run?.[Symbol.asyncDispose]()
    run = undefined
    exit = undefined
    const end = { exit: how, ordered: stopping, lateSeconds, lastLines: await console.lastLines(mostLastLines) }
    stopping = false
    const conclusion = conclude(end, desired(), state.now, Date.now())
    console.note(conclusion.note)
    runs.startAt = conclusion.startAt
    await state.become(conclusion.next, conclusion.changes)
  }

  const runs: Runs = {
    get now() {
      return run
    },
    startAt: undefined,
    start,
    follow,
    stop,
    missed(how) {
      exit = how
    },
    settle,
    async [Symbol.asyncDispose]() {
      await run?.[Symbol.asyncDispose]()
    },
  }
  return runs
}
