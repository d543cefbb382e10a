// One server on this node: brings what is to what should be, one thing at a time, and tells what happened. Whatever
// interrupts it, the next look at desired state and container goes on from there.
import { setTimeout as delay } from 'node:timers/promises'
import { PublicError } from '#core/base/errors.ts'
import type { DesiredServer } from '#core/domain/plan.ts'
import type { Attachment, Instance, InstanceExit } from '#core/plugins/contributions.ts'
import { isLive, isWanted, judgeAbsence, wasEndedWith } from './absence.ts'
import { bringUp } from './bring-up.ts'
import { conclude } from './ending.ts'
import { install } from './install.ts'
import { interruptible } from './interruptible.ts'
import { CalledOff, oneAtATime } from './one-at-a-time.ts'
import { resume } from './resume.ts'
import { followRun, type Run } from './run.ts'
import type { Server, ServerOptions } from './server-contract.ts'
import { stateKeeper } from './state-keeper.ts'
import { stopRun } from './stop.ts'
import { engineTrouble, explain } from './trouble.ts'

const mostLastLines = 50
/** While the engine is away. */
const retryMs = 5000
/** An engine that comes back needs up to 15 s to stop what ran on without it. */
const outageMs = 30_000

export function openServer(options: ServerOptions): Server {
  const { disk, console, driver, report, log } = options
  const { id } = options.desired
  let { desired } = options
  const state = stateKeeper(options.state, disk, report, () => desired)
  const steps = oneAtATime(step, log)
  /** The run that goes on, its end when it is known, and why it ends. */
  let run: Run | undefined
  let runEnded = Promise.withResolvers<void>()
  let exit: InstanceExit | undefined
  let stopping = false
  let lateSeconds: number | undefined
  let adopted = false
  let startAt: number | undefined
  let closed = false
  /** Of the engine: what ended with it is started again. */
  let outage: { readonly lostAt: number; readonly returnedAt: number } | undefined
  /** Desired states are stored one after the other. */
  let applying: Promise<void> = Promise.resolve()
  const operation = interruptible()

  async function step(): Promise<void> {
    if (!adopted) await adopt()
    if (exit) await afterExit(exit)
    if (outage) await afterOutage(outage)
    if (desired.deleted) return remove()
    if (desired.install.request > state.now.installed) {
      await stop(false)
      await installIt()
    }
    if (state.now.state === 'install-failed') return
    if (desired.power.request > state.now.request) await power()
    if (startAt === undefined) return
    if (startAt > Date.now()) steps.wakeAt(startAt)
    else await start()
  }

  /** A request is noted before it is acted on: after a restart, desired state alone says what is left to do. */
  async function power(): Promise<void> {
    const { request, want, how } = desired.power
    startAt = undefined
    const fresh = { request, leftOff: false, restarts: [] }
    if (run && (want === 'stopped' || how === 'restart')) {
      await state.become('stopping', fresh)
      await stop(how === 'kill')
    } else if (want === 'stopped') {
      await state.become('stopped', { ...fresh, reason: undefined, notReady: undefined })
    } else {
      await state.keep(fresh)
      if (run) state.tell()
    }
    if (want === 'running' && !run) startAt = Date.now()
  }

  // --- finding it again after the node was restarted ---

  async function adopt(): Promise<void> {
    const live = isLive(state.now)
    const instance = live || isWanted(desired, state.now) ? await driver().recover(id, 'run') : undefined
    const found = await instance?.running()
    if (instance && found?.running === true) {
      const attachment = await resume(instance, console, AbortSignal.timeout(60_000))
      const startedAt = found.startedAt ?? state.now.startedAt ?? new Date().toISOString()
      follow(instance, attachment, startedAt)
      adopted = true
      await state.become(live ? state.now.state : 'running', { startedAt, bootId: options.bootId })
      if (state.now.state === 'stopping') await stop(false)
      return
    }
    const rebooted = state.now.bootId !== undefined && state.now.bootId !== options.bootId
    const absence = judgeAbsence(desired, state.now, found?.exit, rebooted, options.lastAlive)
    adopted = true
    switch (absence.kind) {
      case 'ended':
        console.note('The game ended while Stellar was not running.')
        exit = absence.exit
        return
      case 'over':
        if (absence.reason !== undefined) console.note(absence.reason)
        if (absence.start) startAt = Date.now()
        return state.become('stopped', { reason: absence.reason, notReady: undefined, startedAt: undefined })
      case 'start':
        if (absence.reason !== undefined) console.note(absence.reason)
        startAt = Date.now()
        return state.become(state.now.state, { leftOff: false })
      case 'nothing':
        state.tell()
    }
  }

  // --- starting ---

  async function start(): Promise<void> {
    startAt = undefined
    if (run) return
    const { bootId } = options
    await state.become('starting', { reason: undefined, notReady: undefined, startedAt: undefined, bootId })
    using waiting = operation.begin('start')
    const { data } = disk
    try {
      const upOptions = { desired, driver: driver(), sources: options.sources(), data, console, log }
      const { instance, attachment } = await bringUp(upOptions, waiting.signal)
      const startedAt = new Date().toISOString()
      await state.become('starting', { startedAt })
      follow(instance, attachment, startedAt)
    } catch (error) {
      // A node that stops leaves the state as it is, so that the next one starts it.
      if (closed) throw new CalledOff()
      if (!waiting.signal.aborted) return await startFailed(error)
      await state.become('stopped')
      throw new CalledOff()
    }
  }

  async function startFailed(error: unknown): Promise<void> {
    const trouble = await engineTrouble(driver)
    if (trouble !== undefined) {
      await state.become('stopped', { reason: `Waiting for the node: ${trouble}` })
      startAt = Date.now() + retryMs
      return steps.wakeAt(startAt)
    }
    const reason = `It could not be started: ${explain(error, log)}`
    console.note(reason)
    await state.become('crashed', { reason, leftOff: true })
  }

  function follow(instance: Instance, attachment: Attachment, startedAt: string): void {
    exit = undefined
    stopping = false
    lateSeconds = undefined
    const ended = Promise.withResolvers<void>()
    runEnded = ended
    const events = {
      onReady: () => quietly(becomeReady()),
      onReadyTimeout: () => quietly(becomeLate()),
      onHint: (hint: string, line: string) => report.fact(id, { kind: 'hint', hint, line }),
      onExit: (how: InstanceExit) => {
        exit = how
        ended.resolve()
        steps.wake()
      },
    }
    const wasReady = state.now.state === 'running' && state.now.notReady !== true
    const { run: spec } = desired
    run = followRun({ instance, spec, console, log, startedAt: Date.parse(startedAt), wasReady, ...events }, attachment)
  }

  async function becomeReady(): Promise<void> {
    if (stopping || exit || (state.now.state !== 'starting' && state.now.notReady !== true)) return
    await state.become('running', { notReady: undefined, reason: undefined })
  }

  async function becomeLate(): Promise<void> {
    if (stopping || exit || state.now.state !== 'starting') return
    const { timeoutSeconds } = desired.run.ready
    const reason = `It was not ready within ${timeoutSeconds} seconds.`
    console.note(reason)
    if (desired.run.readyTimeout === 'warn') return state.become('running', { notReady: true, reason })
    lateSeconds = timeoutSeconds
    await run?.instance.kill()
  }

  // --- ending ---

  async function stop(kill: boolean): Promise<void> {
    if (!run) return
    stopping = true
    if (state.now.state !== 'stopping') await state.become('stopping')
    console.note(kill ? 'Killing.' : 'Stopping.')
    using waiting = operation.begin('stop')
    if (kill) operation.callOff()
    const outcome = await stopRun(run, desired.run.stop, runEnded.promise, waiting.signal)
    if (outcome === 'killed' && !kill) console.note('It did not stop in time and was killed.')
    if (exit) await afterExit(exit)
  }

  async function afterExit(how: InstanceExit): Promise<void> {
    await run?.[Symbol.asyncDispose]()
    run = undefined
    exit = undefined
    const end = { exit: how, ordered: stopping, lateSeconds, lastLines: await console.lastLines(mostLastLines) }
    stopping = false
    const conclusion = conclude(end, desired, state.now, Date.now())
    console.note(conclusion.note)
    startAt = conclusion.startAt
    await state.become(conclusion.next, conclusion.changes)
  }

  /** An engine that comes back stops what ran on without it, or had stopped it when it went. */
  async function afterOutage({ lostAt, returnedAt }: { lostAt: number; returnedAt: number }): Promise<void> {
    const over = returnedAt + outageMs
    if (Date.now() > over) outage = undefined
    if (run || !wasEndedWith(desired, state.now, lostAt, over)) return
    console.note('Docker was restarted.')
    startAt = Date.now()
    await state.keep({ leftOff: false })
  }

  // --- installing and removing ---

  async function installIt(): Promise<void> {
    const server = desired
    const { request } = server.install
    startAt = undefined
    await state.become('installing', { reason: undefined, installLog: undefined, notReady: undefined })
    using waiting = operation.begin('install')
    const { hasFiles } = state.now
    try {
      const { data } = disk
      await install(
        { server, driver: driver(), sources: options.sources(), data, console, report, hasFiles },
        waiting.signal,
      )
      await state.become('stopped', { installed: request, hasFiles: true, leftOff: false })
      if (isWanted(desired, state.now)) startAt = Date.now()
    } catch (error) {
      if (waiting.signal.aborted) throw new CalledOff()
      const reason = explain(error, log)
      console.note(`The installation failed: ${reason}`)
      const installLog = await console.lastLines(mostLastLines)
      await state.become('install-failed', { installed: request, reason, installLog })
    }
  }

  async function remove(): Promise<void> {
    // Its files go anyway, so there is nothing to wait for.
    await stop(true)
    await driver().purge(id)
    closed = true
    console.end()
    await console[Symbol.asyncDispose]()
    await disk.remove()
    report.fact(id, { kind: 'removed' })
    options.onRemoved()
    void steps.close()
  }

  async function take(next: DesiredServer): Promise<void> {
    if (closed || next.revision <= desired.revision) return
    await disk.saveDesired(next)
    operation.consider(next, desired, state.now)
    desired = next
    steps.wake()
  }

  function quietly(promise: Promise<void>): void {
    promise.catch((error: unknown) => log.error('a state could not be kept', { error }))
  }

  steps.wake()

  return {
    id,
    console,
    dataDirectory: disk.data,
    get desired() {
      return desired
    },
    get state() {
      return state.now
    },
    get run() {
      return run
    },

    apply(wanted) {
      const applied = applying.then(() => take(wanted))
      applying = applied.catch(() => undefined)
      return applied
    },

    async write(line, by) {
      if (desired.run.consoleInput === 'none') {
        throw new PublicError('console-no-input', 'This game reads no commands from its console.', { status: 409 })
      }
      if (!run) throw new PublicError('server-not-running', 'The server is not running.', { status: 409 })
      const command = line.replaceAll(/[\r\n]+/g, ' ')
      console.command(by, command)
      await run.write(`${command}\n`)
    },

    engineReturned(lostAt) {
      if (lostAt !== undefined) outage = { lostAt, returnedAt: Date.now() }
      steps.wake()
    },

    async [Symbol.asyncDispose]() {
      closed = true
      // Not a stop: ending its patience would kill the game.
      if (operation.kind !== 'stop') operation.callOff()
      // What is under way may wait for an engine that does not answer, or for a game; the process must not.
      await Promise.race([steps.close(), delay(5000)])
      await run?.[Symbol.asyncDispose]()
      await console[Symbol.asyncDispose]()
    },
  }
}
