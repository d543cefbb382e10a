// The node that `stellar up` runs beside the panel: a child process, started again when it fails.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Log } from '#core/base/log.ts'
import { ownCommand } from '#core/base/single-file.ts'
import { withoutSecrets } from './without-secrets.ts'

export interface NodeChildOptions {
  readonly log: Log
  /** Address of the link, e.g. `127.0.0.1:8443`. */
  readonly link: string
  /** Given while this machine has no identity yet; asked anew at each start. */
  readonly token: () => Promise<string | undefined>
}

/** What the parent tells the child, once, over the channel between them: a token is in no argument and no environment. */
export interface Orders {
  readonly link: string
  readonly token: string | undefined
}

/** Waits between restarts: doubling from half a second to half a minute, short again after a minute of life. */
const firstDelayMs = 500
const longestDelayMs = 30_000
const healthyAfterMs = 60_000
/** The node leaves within ten seconds by itself. */
const endDeadlineMs = 12_000

export function startNodeChild(options: NodeChildOptions): AsyncDisposable & { readonly pid: number | undefined } {
  const ending = new AbortController()
  let current: ReturnType<typeof spawn> | undefined
  let delay = firstDelayMs

  const life = (async () => {
    while (!ending.signal.aborted) {
      const begun = performance.now()
      const code = await runOnce()
      if (ending.signal.aborted) return
      delay = performance.now() - begun > healthyAfterMs ? firstDelayMs : Math.min(delay * 2, longestDelayMs)
      options.log.error('The node ended by itself and is started again', { code, delayMs: delay })
      await wait(delay, ending.signal)
    }
  })()

  async function runOnce(): Promise<number | string | null> {
    const token = await options.token().catch((error: unknown) => {
      options.log.error('No enrolment token could be made for the local node', { error })
      return undefined
    })
    if (ending.signal.aborted) return null
    // Detached: Ctrl-C reaches the whole foreground group, and the node's end is this process's to order.
    const [program, args] = ownCommand(['node', '--supervised'])
    const child = spawn(program, args, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      detached: true,
      env: withoutSecrets(process.env),
    })
    current = child
    child.send({ link: options.link, token } satisfies Orders, () => {})
    const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string | null)
    const failed = once(child, 'error').then(([error]) => {
      options.log.error('The node process could not be started', { error })
      return 'not started'
    })
    return Promise.race([ended, failed]).finally(() => (current = undefined))
  }

  return {
    get pid() {
      return current?.pid
    },
    async [Symbol.asyncDispose]() {
      ending.abort()
      const child = current
      if (child) {
        child.kill('SIGTERM')
        const timer = setTimeout(() => child.kill('SIGKILL'), endDeadlineMs)
        await life
        clearTimeout(timer)
      } else await life
    },
  }
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        done()
      },
      { once: true },
    )
  })
}
