// One server on this node: brings what is to what should be, one thing at a time, and tells what happened. Whatever
// interrupts it, the next look at desired state and container goes on from there.
import { setTimeout as delay } from 'node:timers/promises'
import { PublicError } from '#core/base/errors.ts'
import type { DesiredServer } from '#core/domain/plan.ts'
import { isLive, isRebooted, isWanted, wasEndedWith } from './absence.ts'
import { mostLastLines } from './ending.ts'
import { findAgain } from './find-again.ts'
import { install } from './install.ts'
import { interruptible } from './interruptible.ts'
import { CalledOff, oneAtATime } from './one-at-a-time.ts'
import { openRuns } from './runs.ts'
import type { Server, ServerOptions } from './server-contract.ts'
import { stateKeeper } from './state-keeper.ts'
import { explain } from './trouble.ts'

/** An engine that comes back needs up to 15 s to stop what ran on without it. */
const outageMs = 30_000

export function openServer(options: ServerOptions): Server {
  const { disk, console, driver, report, log } = options
  const { id } = options.desired
  let { desired } = options
  const state = stateKeeper(options.state, disk, report, () => desired)
  const steps = oneAtATime(step, log)
  const operation = interruptible()
  const runs = openRuns({ ...options, desired: () => desired, state, operation, onEnd: steps.wake })
  let adopted = false
  /** Of the engine: what ended with it is started again. */
  let outage: { readonly lostAt: number; readonly returnedAt: number } | undefined
  /** Desired states are stored one after the other. */
  let applying: Promise<void> = Promise.resolve()

  async function step(): Promise<void> {
    if (!adopted) await adopt()
    await runs.settle()
    if (outage) await afterOutage(outage)
    if (desired.deleted) return remove()
    if (desired.install.request > state.now.installed) {
      await runs.stop(false)
      await installIt()
    }
    if (state.now.state === 'install-failed') return
    if (desired.power.request > state.now.request) await power()
    if (runs.startAt !== undefined && runs.startAt <= Date.now()) await runs.start()
    if (runs.startAt !== undefined) steps.wakeAt(runs.startAt)
  }

  /** A request is noted before it is acted on: after a restart, desired state alone says what is left to do. */
  async function power(): Promise<void> {
    const { request, want, how } = desired.power
    runs.startAt = undefined
    const fresh = { request, leftOff: false, restarts: [] }
    if (runs.now && (want === 'stopped' || how === 'restart')) {
      await state.become('stopping', fresh)
      await runs.stop(how === 'kill')
    } else if (want === 'stopped') {
      await state.become('stopped', { ...fresh, reason: undefined, notReady: undefined })
    } else {
      await state.keep(fresh)
      if (runs.now) state.tell()
    }
    if (want === 'running' && !runs.now) runs.startAt = Date.now()
  }

  // --- after the node, the machine or the engine was away ---

  async function adopt(): Promise<void> {
    // No game outlives its machine. Said before the engine is asked, which comes up later than this, or not at all: until
    // it answers the panel would show what was true before.
    if (isLive(state.now) && isRebooted(state.now, options.bootId))
      await state.become('stopped', { reason: 'The machine was restarted.', notReady: undefined, startedAt: undefined })
    const live = isLive(state.now)
    const found = await findAgain(options, desired, state.now)
    adopted = true
    if ('reason' in found && found.reason !== undefined) console.note(found.reason)
    switch (found.kind) {
      case 'runs': {
        const { instance, attachment, startedAt } = found
        runs.follow(instance, attachment, startedAt)
        await state.become(live ? state.now.state : 'running', { startedAt, bootId: options.bootId })
        if (state.now.state === 'stopping') await runs.stop(false)
        return
      }
      case 'ended':
        console.note('The game ended while Stellar was not running.')
        return runs.missed(found.exit)
      case 'over':
        if (found.start) runs.startAt = Date.now()
        return state.become('stopped', { reason: found.reason, notReady: undefined, startedAt: undefined })
      case 'start':
        runs.startAt = Date.now()
        return state.become(state.now.state, { leftOff: false })
      case 'nothing':
        state.tell()
    }
  }

  /** An engine that comes back stops what ran on without it, or had stopped it when it went. */
  async function afterOutage({ lostAt, returnedAt }: { lostAt: number; returnedAt: number }): Promise<void> {
    const over = returnedAt + outageMs
    if (Date.now() > over) outage = undefined
    if (runs.now || !wasEndedWith(desired, state.now, lostAt, over)) return
    console.note('Docker was restarted.')
    runs.startAt = Date.now()
    await state.keep({ leftOff: false })
  }

  // --- installing and removing ---

  async function installIt(): Promise<void> {
    const server = desired
    const { request } = server.install
    runs.startAt = undefined
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
      if (isWanted(desired, state.now)) runs.startAt = Date.now()
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
    await runs.stop(true)
    await driver().purge(id)
    operation.close()
    console.end()
    await console[Symbol.asyncDispose]()
    await disk.remove()
    report.fact(id, { kind: 'removed' })
    options.onRemoved()
    void steps.close()
  }

  async function take(next: DesiredServer): Promise<void> {
    if (operation.closed || next.revision <= desired.revision) return
    await disk.saveDesired(next)
    operation.consider(next, desired, state.now)
    desired = next
    steps.wake()
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
      return runs.now
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
      const run = runs.now
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
      operation.close()
      // What is under way may wait for an engine that does not answer, or for a game; the process must not.
      await Promise.race([steps.close(), delay(5000)])
      await runs[Symbol.asyncDispose]()
      await console[Symbol.asyncDispose]()
    },
  }
}
