// Offers to install and start Docker where `stellar up` finds none: on Debian and Ubuntu, as root, after a yes.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { createInterface } from 'node:readline/promises'
import { isatty } from 'node:tty'
import { messageOf } from '#core/base/errors.ts'

export interface Machine {
  /** Contents of /etc/os-release; empty when there is none. */
  readonly osRelease: string
  readonly isRoot: boolean
  /** Something answers on Docker's socket. */
  readonly dockerAnswers: boolean
  /** The engine's program is there, running or not. */
  readonly dockerInstalled: boolean
  readonly systemd: boolean
  /** A person can answer a question. */
  readonly terminal: boolean
}

export type Offer =
  | { readonly kind: 'nothing-to-do' }
  /** Say what to do; this program may not or cannot do it. */
  | { readonly kind: 'advise'; readonly command: string }
  | { readonly kind: 'ask' | 'do'; readonly question: string; readonly steps: readonly (readonly string[])[] }

/** What to do about Docker on this machine. `answer` is STELLAR_INSTALL_DOCKER; undefined: nobody said. */
export function dockerOffer(machine: Machine, answer: boolean | undefined): Offer {
  if (machine.dockerAnswers) return { kind: 'nothing-to-do' }
  const start = machine.systemd ? ['systemctl', 'enable', '--now', 'docker'] : ['service', 'docker', 'start']
  const debian = /^(ID|ID_LIKE)=.*\b(debian|ubuntu)\b/m.test(machine.osRelease)
  const install = [
    ['apt-get', 'update', '-qq'],
    ['apt-get', 'install', '-qq', '-y', '--no-install-recommends', 'docker.io', 'iptables', 'ca-certificates'],
  ]
  const steps = machine.dockerInstalled ? [start] : [...install, start]
  const sudo = machine.isRoot ? '' : 'sudo '
  const command =
    !debian && !machine.dockerInstalled
      ? 'curl -fsSL https://get.docker.com | sh'
      : steps.map((step) => sudo + step.join(' ')).join(' && ')
  if (!machine.isRoot || (!debian && !machine.dockerInstalled)) return { kind: 'advise', command }
  const question = machine.dockerInstalled
    ? 'Docker is installed but does not answer. Start it now?'
    : 'Docker runs the game servers and is not installed. Install it now (Debian package docker.io)?'
  if (answer === true) return { kind: 'do', question, steps }
  if (answer !== undefined || !machine.terminal) return { kind: 'advise', command }
  return { kind: 'ask', question, steps }
}

/** Looks at this machine; a socket that does not answer within a second counts as silent. */
async function thisMachine(): Promise<Machine> {
  const socketPath = process.env['DOCKER_HOST']?.replace(/^unix:\/\//, '') ?? '/var/run/docker.sock'
  return {
    osRelease: existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '',
    isRoot: process.getuid?.() === 0,
    dockerAnswers: await answers(socketPath),
    dockerInstalled: ['/usr/bin/dockerd', '/usr/sbin/dockerd', '/usr/local/bin/dockerd'].some((path) =>
      existsSync(path),
    ),
    systemd: existsSync('/run/systemd/system'),
    terminal: isatty(0) && isatty(1),
  }
}

/** Asks if need be and does it; whatever happens, the panel starts afterwards. `say` writes to the terminal. */
export async function offerDocker(say: (line: string) => void, answer: boolean | undefined): Promise<void> {
  const offer = dockerOffer(await thisMachine(), answer)
  switch (offer.kind) {
    case 'nothing-to-do':
      return
    case 'advise':
      say(
        `Docker does not answer, so game servers cannot run yet. Stellar starts anyway and picks Docker up once it is there:\n  ${offer.command}`,
      )
      return
    case 'ask':
      if (!(await yes(offer.question))) {
        say('Stellar starts without Docker and picks it up once it is there.')
        return
      }
      break
    case 'do':
      break
  }
  for (const step of offer.steps) {
    say(`$ ${step.join(' ')}`)
    try {
      await perform(step)
    } catch (error) {
      say(`That did not work: ${messageOf(error)}. Stellar starts without Docker and picks it up once it is there.`)
      return
    }
  }
  say('Docker is ready.')
}

async function yes(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    const answer = await terminal.question(`${question} [Y/n] `)
    return /^(y|yes|)$/i.test(answer.trim())
  } finally {
    terminal.close()
  }
}

async function perform([program = '', ...args]: readonly string[]): Promise<void> {
  // Ten minutes: a slow mirror may need a while for 100 MB of packages.
  const child = spawn(program, args, {
    stdio: 'inherit',
    timeout: 600_000,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  const code = await new Promise<number | null>((done, fail) => child.once('error', fail).once('close', done))
  if (code !== 0) throw new Error(`${program} ended with ${code ?? 'a signal'}`)
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ path: socketPath })
    const end = (result: boolean) => {
      socket.destroy()
      done(result)
    }
    socket.setTimeout(1000, () => end(false))
    socket.once('error', () => end(false))
    socket.once('data', () => end(true))
    socket.once('connect', () => socket.write('GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n'))
  })
}
