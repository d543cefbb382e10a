// Whether Docker can be used on this machine, what it can do, and the exact command that mends what is wrong.
import type { DriverHealth } from 'stellar/plugin'
import { call, codeOf, type Engine, sentenceOf } from './engine.ts'
import { installCommand, joinCommand, type Machine, restartCommand, startCommand } from './machine.ts'

/** API 1.41 is Docker 20.10 (2020), the oldest that was tested. */
const oldestApi = '1.41'
const healthDeadlineMs = 4000

interface EngineInfo {
  readonly CgroupVersion?: string
  readonly CgroupDriver?: string
  readonly Driver?: string
  readonly DriverStatus?: readonly (readonly [string, string])[]
  readonly KernelVersion?: string
  readonly LiveRestoreEnabled?: boolean
  readonly MemoryLimit?: boolean
  readonly SwapLimit?: boolean
  readonly CpuCfsQuota?: boolean
  readonly PidsLimit?: boolean
  readonly SecurityOptions?: readonly string[]
  readonly OSType?: string
}

export async function checkHealth(
  engine: Engine,
  socketPath: string,
  machine: Machine,
  moreWarnings: readonly string[],
  signal: AbortSignal,
): Promise<DriverHealth> {
  try {
    const [version, info] = await call(
      'answer',
      healthDeadlineMs,
      (): Promise<[Awaited<ReturnType<Engine['version']>>, EngineInfo]> =>
        Promise.all([engine.version(), engine.info() as Promise<EngineInfo>]),
      signal,
    )
    const name = `Docker ${version.Version}`
    if (isOlder(version.ApiVersion, oldestApi)) {
      return {
        healthy: false,
        detail: `${name} is too old: Stellar needs 20.10 or newer.`,
        fix: installCommand(machine),
        engine: name,
      }
    }
    if (info.OSType !== undefined && info.OSType !== 'linux') {
      return {
        healthy: false,
        detail: `${name} runs ${info.OSType} containers; Stellar needs Linux ones.`,
        engine: name,
      }
    }
    return {
      healthy: true,
      detail: `${name} is running.`,
      engine: name,
      facts: facts(version.ApiVersion, info),
      warnings: [...warnings(info, machine), ...moreWarnings],
    }
  } catch (error) {
    return unreachable(error, socketPath, machine)
  }
}

/** The engine did not answer: not installed, not running, not allowed, or stuck. */
export function unreachable(error: unknown, socketPath: string, machine: Machine): DriverHealth {
  const code = codeOf(error)
  if (code === 'EACCES' || code === 'EPERM') {
    return {
      healthy: false,
      detail: `Docker is there, but ${machine.user} may not use its socket ${socketPath}. Stellar must be started anew after this.`,
      fix: joinCommand(machine),
    }
  }
  if (code === 'ENOENT' || code === 'ECONNREFUSED') {
    return machine.installed
      ? { healthy: false, detail: 'Docker is installed but not running.', fix: startCommand(machine) }
      : { healthy: false, detail: 'Docker is not installed on this machine.', fix: installCommand(machine) }
  }
  return {
    healthy: false,
    detail: `Docker does not answer at ${socketPath}: ${sentenceOf(error)}`,
    ...(machine.installed && {
      fix: restartCommand(machine),
    }),
  }
}

function facts(api: string, info: EngineInfo): Record<string, string> {
  const backing = info.DriverStatus?.find(([key]) => key === 'Backing Filesystem')?.[1]
  return {
    API: api,
    cgroup: `v${info.CgroupVersion ?? '1'} (${info.CgroupDriver ?? 'unknown'})`,
    Storage: backing === undefined ? (info.Driver ?? 'unknown') : `${info.Driver ?? 'unknown'} on ${backing}`,
    Kernel: info.KernelVersion ?? 'unknown',
    AppArmor: has(info, 'apparmor') ? 'yes' : 'no',
    'Live restore': info.LiveRestoreEnabled === true ? 'on' : 'off',
  }
}

export function warnings(info: EngineInfo, machine: Machine): string[] {
  const found: string[] = []
  // Newer engines look for the program and do without AppArmor; 20.10 believes the kernel and fails at each start.
  if (has(info, 'apparmor') && !machine.apparmorParser)
    found.push(
      'Docker starts no container here: AppArmor is on, and its program is missing. Install it: apt-get install -y apparmor.',
    )
  if (info.MemoryLimit === false)
    found.push('This kernel cannot limit memory: a server may use all of it. Boot with cgroup_enable=memory.')
  if (info.SwapLimit === false)
    found.push('This kernel cannot limit swap: a server may swap beyond its memory. Boot with swapaccount=1.')
  if (info.CpuCfsQuota === false) found.push('This kernel cannot limit CPU: a server may use all cores.')
  if (info.PidsLimit === false)
    found.push('This kernel cannot limit processes: a server may start as many as it likes.')
  if (!has(info, 'seccomp'))
    found.push('Docker runs without seccomp on this machine, so containers may make any system call.')
  if (has(info, 'userns'))
    found.push(
      'Docker maps user ids here (userns-remap), so servers cannot write to their files. Turn userns-remap off.',
    )
  return found
}

function has(info: EngineInfo, option: string): boolean {
  return info.SecurityOptions?.some((each) => each.includes(`name=${option}`)) ?? false
}

function isOlder(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [thanMajor = 0, thanMinor = 0] = than.split('.').map(Number)
  return major < thanMajor || (major === thanMajor && minor < thanMinor)
}
