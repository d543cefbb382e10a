// One container as the node sees it.
import { constants } from 'node:os'
import type { Duplex } from 'node:stream'
import type { ContainerInspectInfo } from 'dockerode'
import { type Instance, type InstanceExit, type InstanceStats, PublicError } from 'stellar/plugin'
import { openAttachment } from './attachment.ts'
import { call, deadlines, type Engine, found, sentenceOf, statusOf } from './engine.ts'
import { parseLogs, sinceParameter } from './logs.ts'
import { meter } from './meter.ts'
import { waitForEnd } from './wait.ts'

/** Nobody types these; Docker would otherwise eat ctrl-p ctrl-q from the input of a terminal. */
const detachKeys = 'ctrl-^,ctrl-],ctrl-^,ctrl-]'

export function instance(engine: Engine, id: string, tty: boolean): Instance {
  const container = engine.getContainer(id)
  const inspect = (signal?: AbortSignal) =>
    call('describe a container', deadlines.read, (abortSignal) => container.inspect({ abortSignal }), signal)
  const read = meter(engine, id, inspect)

  return {
    handle: id,

    async attach(signal) {
      const socket = await call(
        'attach to a container',
        30_000,
        async (abortSignal) => {
          const opened = await container.attach({
            stream: true,
            stdin: true,
            stdout: true,
            stderr: true,
            hijack: true,
            ...(tty && { detachKeys }),
          })
          // Too late for the caller: nobody else would close it.
          if (abortSignal.aborted) opened.end()
          return asDuplex(opened)
        },
        signal,
      )
      return openAttachment(socket, tty)
    },

    async start(signal) {
      try {
        await call('start a container', deadlines.change, (abortSignal) => container.start({ abortSignal }), signal)
      } catch (error) {
        // 304: it runs already.
        if (statusOf(error) !== 304) throw explainStart(error)
      }
    },

    async signal(name) {
      await harmless(call('signal a container', deadlines.change, () => container.kill({ signal: name })))
    },

    async kill() {
      await harmless(call('kill a container', deadlines.change, () => container.kill({ signal: 'SIGKILL' })))
    },

    async running() {
      const state = (await found(inspect()))?.State
      if (!state) return { running: false }
      if (state.Running) return { running: true, startedAt: state.StartedAt }
      return state.Status === 'created' ? { running: false } : { running: false, exit: exitOf(state) }
    },

    async exited(signal) {
      const info = await inspect(signal)
      if (info.State.Status !== 'created' && !info.State.Running) return exitOf(info.State)
      await waitForEnd(engine, id, info.State.Status === 'created' ? 'next-exit' : 'not-running', signal)
      signal.throwIfAborted()
      return exitOf((await inspect(signal)).State)
    },

    stats: (signal): Promise<InstanceStats | undefined> => read(signal),

    async *since(time, signal) {
      const kept: unknown = await call(
        'read kept output',
        30_000,
        (abortSignal) =>
          container.logs({
            follow: false,
            stdout: true,
            stderr: true,
            timestamps: true,
            since: sinceParameter(time),
            abortSignal,
          }),
        signal,
      )
      if (kept instanceof Uint8Array) yield* parseLogs(kept, tty)
    },

    async remove() {
      await found(call('remove a container', deadlines.change, () => container.remove({ force: true, v: true })))
    },
  }
}

/** Not running (409) or gone (404) is what a signal was sent for. */
async function harmless(promise: Promise<unknown>): Promise<void> {
  try {
    await promise
  } catch (error) {
    if (statusOf(error) !== 409 && statusOf(error) !== 404) throw error
  }
}

function exitOf(state: ContainerInspectInfo['State']): InstanceExit {
  const signal = signalOf(state.ExitCode)
  return {
    code: state.ExitCode,
    ...(signal !== undefined && { signal }),
    outOfMemory: state.OOMKilled,
    at: new Date(state.FinishedAt).toISOString(),
  }
}

/** Docker reports 128 + n for a process that died of signal n. */
function signalOf(code: number): string | undefined {
  return Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0]
}

function asDuplex(stream: NodeJS.ReadWriteStream): Duplex {
  if ('destroy' in stream && 'writableLength' in stream) return stream as Duplex
  throw new TypeError('dockerode gave no duplex stream for an attachment')
}

function explainStart(error: unknown): unknown {
  const sentence = sentenceOf(error)
  const port = /:(\d+)(?::| failed).*(?:address already in use|port is already allocated)/.exec(sentence)?.[1]
  if (port !== undefined) {
    return new PublicError('port-taken', `Port ${port} is held by something else on this machine.`, {
      status: 409,
      hint: `Find it with “ss -lntup sport = :${port}”, or give the server another port.`,
      cause: error,
    })
  }
  if (/docker-init/.test(sentence)) {
    return new PublicError('docker-init-missing', 'Docker’s init program is missing on this machine.', {
      status: 502,
      hint: 'Install it: apt-get install -y tini.',
      cause: error,
    })
  }
  if (/apparmor_parser/.test(sentence)) {
    return new PublicError(
      'apparmor-parser-missing',
      'AppArmor’s program is missing, without which Docker starts no container.',
      {
        status: 502,
        hint: 'Install it: apt-get install -y apparmor.',
        cause: error,
      },
    )
  }
  if (statusOf(error) === undefined) return error
  return new PublicError('start-failed', `Docker could not start the container: ${sentence}`, {
    status: 502,
    cause: error,
  })
}
