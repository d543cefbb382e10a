// One run of a game, from its start or from when the node found it again, to its end: output flows to the console,
// readiness and known problems are noticed, and the end is reported once.
import { setTimeout as delay } from 'node:timers/promises'
import { PublicError } from '#core/base/errors.ts'
import type { Log } from '#core/base/log.ts'
import type { RunSpec } from '#core/domain/plan.ts'
import type { Attachment, Instance, InstanceExit } from '#core/plugins/contributions.ts'
import type { ServerConsole } from './console.ts'
import { watchHints } from './hints.ts'
import { watchReady } from './ready.ts'
import { resume } from './resume.ts'

interface RunEvents {
  onReady(): void
  onReadyTimeout(): void
  onHint(hint: string, line: string): void
  onExit(exit: InstanceExit): void
}

export interface RunOptions extends RunEvents {
  readonly instance: Instance
  readonly spec: RunSpec
  readonly console: ServerConsole
  readonly log: Log
  readonly startedAt: number
  /** Found ready before the node was restarted. */
  readonly wasReady: boolean
}

export interface Run extends AsyncDisposable {
  readonly instance: Instance
  readonly ready: boolean
  /** Throws PublicError when the game cannot be reached at the moment. */
  write(text: string): Promise<void>
}

/** Time for the last lines to arrive after the end was noticed. */
const lastLinesMs = 2000

/** Takes over the attachment. Closing the run leaves the game running. */
export function followRun(options: RunOptions, first: Attachment): Run {
  const { instance, spec, console, log } = options
  const closing = new AbortController()
  let attachment: Attachment | undefined = first
  let ready = options.wasReady

  const hints = watchHints(spec.hints, options.onHint)
  const readiness = ready
    ? undefined
    : watchReady(
        spec,
        options.startedAt,
        () => {
          ready = true
          options.onReady()
        },
        options.onReadyTimeout,
      )
  const deafen = console.listen((line) => {
    readiness?.line(line)
    hints(line)
  })

  async function pump(): Promise<void> {
    while (attachment) {
      for await (const chunk of attachment.output) console.take(chunk)
      await attachment[Symbol.asyncDispose]()
      attachment = closing.signal.aborted ? undefined : await again()
    }
  }

  /** The output ended. Undefined when the game did as well; otherwise the engine cut us off, and is asked until it answers. */
  async function again(): Promise<Attachment | undefined> {
    for (let wait = 250; !closing.signal.aborted; wait = Math.min(wait * 2, 5000)) {
      try {
        if (!(await instance.running()).running) return undefined
        return await resume(instance, console, closing.signal)
      } catch (error) {
        log.debug('the engine does not answer', { error })
      }
      await delay(wait, undefined, { signal: closing.signal }).catch(() => undefined)
    }
    return undefined
  }

  async function end(): Promise<InstanceExit | undefined> {
    for (let wait = 250; !closing.signal.aborted; wait = Math.min(wait * 2, 5000)) {
      try {
        return await instance.exited(closing.signal)
      } catch (error) {
        if (closing.signal.aborted) return undefined
        log.debug('waiting for the end was cut off', { error })
      }
      const state = await instance.running().catch(() => undefined)
      // Neither running nor ended: somebody removed the container.
      if (state && !state.running && !state.exit) return { code: 137, outOfMemory: false, at: new Date().toISOString() }
      await delay(wait, undefined, { signal: closing.signal }).catch(() => undefined)
    }
    return undefined
  }

  const pumping = pump().catch((error: unknown) => log.error('reading a console failed', { error }))
  const ending = (async () => {
    const exit = await end()
    readiness?.[Symbol.dispose]()
    if (!exit) return
    await Promise.race([pumping, delay(lastLinesMs, undefined, { signal: closing.signal }).catch(() => undefined)])
    await console.settled()
    deafen()
    if (!closing.signal.aborted) options.onExit(exit)
  })().catch((error: unknown) => log.error('following a run failed', { error }))

  return {
    instance,
    get ready() {
      return ready
    },
    async write(text) {
      if (!attachment) throw new PublicError('console-closed', 'The game’s console is closed.', { status: 409 })
      await attachment.write(text)
    },
    async [Symbol.asyncDispose]() {
      closing.abort()
      readiness?.[Symbol.dispose]()
      deafen()
      await attachment?.[Symbol.asyncDispose]()
      // A driver that does not heed its signal must not hold the node up.
      await Promise.race([Promise.all([pumping, ending]), delay(lastLinesMs)])
    },
  }
}
