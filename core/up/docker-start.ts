// Installs and starts Docker on this machine, shown line by line as if it had been typed.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from '#core/base/errors.ts'
import { withoutSecrets } from '#core/cli/without-secrets.ts'
import { byHand, type Command, engineLog, type Machine, startWith } from '#plugins/drivers/docker/machine.ts'
import type { Reaction } from './docker-offer.ts'

type Say = (line: string) => void

/** Ten minutes: a slow mirror may need a while for 100 MB of packages. */
const commandMs = 600_000
/** An engine without anything to restore is up in one or two seconds, on a busy small machine in ten. */
const startMs = 30_000

/** Throws when a step fails; an update of the package lists may, as those that are there may do. */
export async function installDocker(steps: readonly Command[], say: Say): Promise<void> {
  for (const step of steps) {
    try {
      await perform(step, say)
    } catch (error) {
      if (step !== steps.at(-1))
        say(`That did not work: ${messageOf(error)}. Trying to go on with the package lists of before.`)
      else throw error
    }
  }
}

/** Resolves once the engine answers; throws with what its log says last when it does not. */
export async function startDocker(machine: Machine, socketPath: string, say: Say): Promise<void> {
  const command = startWith(machine)
  if (command) {
    try {
      await perform(command, say)
      // Where a start script leaves the engine in the background, its success means nothing yet.
      if (await comesUp(socketPath)) return
      say(`That did not work: nothing answers at ${socketPath}.`)
    } catch (error) {
      say(`That did not work: ${messageOf(error)}.`)
    }
  }
  if (machine.systemd) throw new Error('see journalctl -u docker')
  // Start scripts ask for more than a container may have: Debian's sets limits that need CAP_SYS_RESOURCE.
  say(`$ ${byHand(machine)}`)
  const ended = new AbortController()
  const log = openSync(engineLog, 'a')
  // A session of its own: it outlives this program, as one that an init system had started would.
  const engine = spawn('dockerd', [], { detached: true, cwd: '/', stdio: ['ignore', log, log], env: environment() })
  closeSync(log)
  engine.once('error', () => ended.abort()).once('exit', () => ended.abort())
  engine.unref()
  if (!(await comesUp(socketPath, ended.signal))) throw new Error(`${engineLog} ends with\n${lastLines()}`)
}

/** Asks the socket once; one that does not answer within a second counts as silent. */
export function reactionOf(socketPath: string): Promise<Reaction> {
  return new Promise((done) => {
    const socket = connect({ path: socketPath })
    const end = (result: Reaction) => {
      socket.destroy()
      done(result)
    }
    socket.setTimeout(1000, () => end('silent'))
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end(error.code === 'EACCES' ? 'refuses this account' : 'silent'),
    )
    socket.once('data', () => end('answers'))
    socket.once('connect', () => socket.write('GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n'))
  })
}

async function comesUp(socketPath: string, ended?: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + startMs
  while (performance.now() < deadline) {
    if ((await reactionOf(socketPath)) === 'answers') return true
    if (ended?.aborted) return false
    await delay(200)
  }
  return false
}

async function perform(command: Command, say: Say): Promise<void> {
  say(`$ ${command.join(' ')}`)
  const [program = '', ...args] = command
  // A machine that has just booted may be updating itself: apt waits for its turn.
  const unattended = program === 'apt-get' ? ['-qq', '-o', 'DPkg::Lock::Timeout=120'] : []
  const child = spawn(program, [...unattended, ...args], {
    stdio: 'inherit',
    timeout: commandMs,
    env: { ...environment(), DEBIAN_FRONTEND: 'noninteractive' },
  })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`${program} ended with ${code ?? 'a signal'}`)
}

/** `su` without a dash leaves the path of an ordinary account, on which dpkg refuses to work. */
function environment(): NodeJS.ProcessEnv {
  const path = `${process.env['PATH'] ?? '/usr/bin:/bin'}:/usr/local/sbin:/usr/sbin:/sbin`
  return { ...withoutSecrets(process.env), PATH: path }
}

function lastLines(): string {
  return readFileSync(engineLog, 'utf8').trimEnd().split('\n').slice(-4).join('\n')
}
