// What this machine is to Docker, and the commands that install and start it here. Free of the engine's client: `stellar up`
// asks it before anything else runs.
import { existsSync, readFileSync } from 'node:fs'
import { userInfo } from 'node:os'

/** What the machine says about itself; given, so that every answer can be tested. */
export interface Machine {
  readonly installed: boolean
  readonly systemd: boolean
  /** A start script that `service` finds. */
  readonly initScript: boolean
  /** What loads profiles into the kernel's AppArmor. */
  readonly apparmorParser: boolean
  readonly root: boolean
  readonly user: string
  /** /etc/os-release; empty when there is none. */
  readonly osRelease: string
}

const usualSocketPath = '/var/run/docker.sock'

/** Where Docker's own client would look: `DOCKER_HOST` when it names a socket, else the usual place. */
export const defaultSocketPath = /^unix:\/\/(.+)$/.exec(process.env['DOCKER_HOST'] ?? '')?.[1] ?? usualSocketPath

/** Where an engine listens that these commands install or start. */
export const isUsual = (socketPath: string): boolean => socketPath === usualSocketPath

/** Where the engine writes that was started without systemd; Debian's start script uses the same file. */
export const engineLog = '/var/log/docker.log'

export function thisMachine(): Machine {
  const has = (program: string, ...places: readonly string[]) =>
    places.some((place) => existsSync(`${place}/${program}`))
  return {
    installed: has('dockerd', '/usr/bin', '/usr/sbin', '/usr/local/bin', '/snap/bin'),
    apparmorParser: has('apparmor_parser', '/usr/sbin', '/sbin', '/usr/bin'),
    systemd: existsSync('/run/systemd/system'),
    initScript: existsSync('/etc/init.d/docker'),
    root: process.getuid?.() === 0,
    user: userInfo().username,
    osRelease: existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '',
  }
}

export type Command = readonly string[]

/** Debian, Ubuntu and what grew out of them: the only ones where Stellar itself installs Docker. */
export function hasApt(machine: Machine): boolean {
  return is(machine, 'debian', 'ubuntu')
}

/** Debian's own packages: nothing of another publisher is added to the machine, neither repository nor key. */
export const aptInstall: readonly [update: Command, install: Command] = [
  ['apt-get', 'update'],
  // Of what they recommend only AppArmor's parser: on a kernel with AppArmor, which Debian's is, the engine starts no
  // container without it. The rest is git, Perl and what belongs to them.
  ['apt-get', 'install', '-y', '--no-install-recommends', 'docker.io', 'iptables', 'ca-certificates', 'apparmor'],
]

/** Undefined where nothing but the engine's program itself can be called. */
export function startWith(machine: Machine): Command | undefined {
  if (machine.systemd) return ['systemctl', 'enable', '--now', 'docker']
  return machine.initScript ? ['service', 'docker', 'start'] : undefined
}

export function startCommand(machine: Machine): string {
  const start = startWith(machine)
  return start ? sudo(machine) + start.join(' ') : byHand(machine)
}

/** The engine's program itself, in the background. */
export function byHand(machine: Machine): string {
  const command = `dockerd >>${engineLog} 2>&1 &`
  return machine.root ? command : `sudo sh -c '${command}'`
}

export function restartCommand(machine: Machine): string {
  return `${sudo(machine)}${machine.systemd ? 'systemctl restart docker' : 'service docker restart'}`
}

/** For an account that may not use the socket. A program has the groups that it was started with. */
export function joinCommand({ user }: Machine): string {
  return `sudo usermod -aG docker ${user} && newgrp docker`
}

/** From nothing to an engine that runs. */
export function installCommand(machine: Machine): string {
  // Packages bring the script that starts them without systemd.
  return [...installs(machine), startCommand({ ...machine, initScript: true })].join(' && ')
}

function installs(machine: Machine): readonly string[] {
  const all = (...commands: readonly string[]) => commands.map((command) => sudo(machine) + command)
  if (hasApt(machine)) return all(...aptInstall.map((command) => command.join(' ')))
  if (is(machine, 'alpine')) return all('apk add docker iptables', 'rc-update add docker')
  if (is(machine, 'arch')) return all('pacman -Syu --noconfirm docker iptables')
  if (is(machine, 'suse', 'opensuse')) return all('zypper install -y docker iptables')
  if (is(machine, 'amzn')) return all('dnf install -y docker iptables')
  // Docker's script knows these two lines for Fedora, CentOS and RHEL, and refuses those that are built from them.
  if (is(machine, 'rocky', 'almalinux', 'ol'))
    return all(
      'dnf install -y dnf-plugins-core',
      'dnf config-manager --add-repo https://download.docker.com/linux/centos/docker-ce.repo',
      'dnf install -y docker-ce',
    )
  return [`curl -fsSL https://get.docker.com | ${sudo(machine)}sh`]
}

function is(machine: Machine, ...names: readonly string[]): boolean {
  return new RegExp(`^(ID|ID_LIKE)=.*\\b(${names.join('|')})\\b`, 'm').test(machine.osRelease)
}

function sudo(machine: Machine): string {
  return machine.root ? '' : 'sudo '
}
