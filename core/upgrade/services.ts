// Which services of this machine run the program, as systemd knows them: they are what an upgrade restarts.
import { readFile, readlink, realpath } from 'node:fs/promises'
import { PublicError } from '#core/base/errors.ts'
import type { Account } from '#core/base/owner.ts'
import { run } from './child.ts'

export interface Service {
  /** e.g. `stellar-panel.service`. */
  readonly unit: string
  readonly mode: 'up' | 'panel' | 'node'
  /** What the running process was started with: its settings are the service's. */
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
  /** Undefined: root. */
  readonly account: Account | undefined
}

const askWithinMs = 20_000
/** systemd's own patience with a service that does not stop is 90 s. */
const changeWithinMs = 150_000

/** None where systemd does not run. */
export async function findServices(program: string): Promise<Service[]> {
  const listed = await systemctl([
    'list-units',
    '--type=service',
    '--state=active',
    '--plain',
    '--no-legend',
    '--no-pager',
  ])
  if (listed.code !== 0) return []
  const units = listed.stdout.split('\n').flatMap((line) => /^(\S*stellar\S*\.service)\s/.exec(line)?.[1] ?? [])
  const found = await Promise.all(units.map((unit) => inspect(unit, program)))
  return found.filter((service) => service !== undefined)
}

/** Units that would run it and do not: what they are told, nobody can read from a process. */
export async function findIdle(program: string, running: readonly Service[]): Promise<string[]> {
  const listed = await systemctl(['list-unit-files', '--type=service', '--plain', '--no-legend', '--no-pager'])
  const units = listed.stdout.split('\n').flatMap((line) => /^(\S*stellar\S*\.service)\s/.exec(line)?.[1] ?? [])
  const idle: string[] = []
  for (const unit of units.filter((name) => !running.some((service) => service.unit === name))) {
    const { stdout } = await systemctl(['show', '--property=ExecStart', '--value', unit])
    // `{ path=/usr/local/bin/stellar ; argv[]=… }`
    if (stdout.includes(`path=${program} `)) idle.push(unit)
  }
  return idle
}

async function inspect(unit: string, program: string): Promise<Service | undefined> {
  const { stdout } = await systemctl(['show', '--property=MainPID', '--value', unit])
  const pid = Number(stdout)
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  try {
    const [exe, cwd] = [await readlink(`/proc/${pid}/exe`), await readlink(`/proc/${pid}/cwd`)]
    const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0')
    // A script's process is that of its interpreter; then its name stands among the words.
    if (exe !== (await realpath(program)) && !words.includes(program)) return undefined
    const mode = (['up', 'panel', 'node'] as const).find((each) => words.includes(each))
    if (!mode) return undefined
    const env = Object.fromEntries(
      (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').flatMap((entry) => {
        const at = entry.indexOf('=')
        return at > 0 ? [[entry.slice(0, at), entry.slice(at + 1)] as const] : []
      }),
    )
    return { unit, mode, env, cwd, account: accountOf(await readFile(`/proc/${pid}/status`, 'utf8')) }
  } catch (cause) {
    throw new PublicError('upgrade-services', `The service ${unit} cannot be looked into.`, {
      hint: 'Run it as root: sudo stellar upgrade …',
      cause,
    })
  }
}

/** What it is started with again, whatever the process has made of its own environment. */
function accountOf(status: string): Account | undefined {
  const idOf = (name: string) => Number(new RegExp(`^${name}:\\s+\\d+\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0)
  const uid = idOf('Uid')
  return process.getuid?.() === 0 && uid !== 0 ? { uid, gid: idOf('Gid') } : undefined
}

/** Throws PublicError `upgrade-services` with what systemd says. */
export async function tell(verb: 'stop' | 'start' | 'restart', services: readonly Service[]): Promise<void> {
  for (const { unit } of services) {
    const { code, complaint } = await systemctl([verb, unit], changeWithinMs)
    if (code === 0) continue
    throw new PublicError('upgrade-services', `systemctl ${verb} ${unit} failed: ${complaint || 'without a word'}.`, {
      hint: `See: journalctl -u ${unit}`,
    })
  }
}

/** Active now, and not only because systemd is about to start it once more. */
export async function isActive({ unit }: Service): Promise<boolean> {
  const { stdout } = await systemctl(['is-active', unit])
  return stdout === 'active'
}

function systemctl(args: readonly string[], deadlineMs = askWithinMs) {
  return run('systemctl', args, { deadlineMs })
}
