// A Linux machine for tests of what changes machines: a container of the test bed's Debian with systemd, booted or not.
import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { debianImage, docker } from './images.ts'
import { listening } from './stellar.ts'

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A person at a terminal of it, where a command runs. */
interface Terminal {
  type(keys: string): void
  output(): string
  said(pattern: RegExp, deadlineMs?: number): Promise<RegExpExecArray>
  readonly ended: Promise<number | null>
}

export interface LinuxMachine extends AsyncDisposable {
  /** A shell command in it, as root unless another account is named. */
  sh(command: string, options?: { readonly user?: string }): Promise<Ran>
  /** What still runs ends with the machine. */
  atTerminal(command: string): Terminal
  /** From this machine into that one. */
  copy(from: string, to: string): Promise<void>
}

const packages = ['systemd', 'systemd-sysv', 'wget', 'shellcheck']
/** systemd needs to mount and to make cgroups; the engine's own sandbox would refuse it. */
const forSystemd = (
  '--cap-add SYS_ADMIN --cap-add NET_ADMIN --security-opt seccomp=unconfined ' +
  '--cgroupns host --volume /sys/fs/cgroup:/sys/fs/cgroup:rw --tmpfs /run --tmpfs /tmp:exec'
).split(' ')

/** `options` go to `docker run`. */
export async function linuxMachine(kind: 'booted' | 'plain', options: readonly string[] = []): Promise<LinuxMachine> {
  const image = await debianImage('tb-linux-machine', packages)
  const name = `tb-linux-machine-${randomBytes(4).toString('hex')}`
  const [more, command] = kind === 'booted' ? [forSystemd, '/lib/systemd/systemd'] : [['--init'], 'sleep infinity']
  await docker(['run', '--detach', '--name', name, ...more, ...options, image, ...command.split(' ')])
  const machine: LinuxMachine = {
    sh: (text, { user = '0' } = {}) => ran(['exec', '--user', user, name, 'sh', '-c', text]),
    atTerminal: (command) => {
      // It ends with the command's code, and flushes what it shows.
      const child = spawn('docker', ['exec', '--interactive', name, 'script', '-qefc', command, '/dev/null'])
      return {
        type: (keys) => child.stdin.write(keys),
        ...listening(child),
        ended: new Promise((done) => child.once('exit', done)),
      }
    },
    copy: async (from, to) => void (await docker(['cp', from, `${name}:${to}`])),
    [Symbol.asyncDispose]: async () => void (await docker(['rm', '--force', '--volumes', name])),
  }
  if (kind === 'booted') {
    const { stdout } = await machine.sh(
      'until [ -S /run/systemd/private ]; do sleep 0.05; done; systemctl is-system-running --wait',
    )
    if (!/running|degraded/.test(stdout)) throw new Error(`systemd did not come up: ${stdout}`)
  }
  return machine
}

function ran(args: readonly string[]): Promise<Ran> {
  return new Promise((done) => {
    const limits = { timeout: 150_000, maxBuffer: 16 * 1024 ** 2 }
    execFile('docker', [...args], limits, (error, stdout, stderr) =>
      done({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
    )
  })
}
