// What this machine is, has and uses, in the eyes of the node process: a limit on the process counts as the machine's.
import { readFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { arch, availableParallelism, cpus, freemem, release, totalmem } from 'node:os'
import type { NodeStatus } from '#core/protocol/messages.ts'

export function operatingSystem(): string {
  const name = /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(text('/etc/os-release') ?? '')?.[1]
  return `${name ?? process.platform} (kernel ${release()})`
}

export const architecture = arch

/** Differs after each boot; empty where the kernel does not say. */
export function bootId(): string {
  return text('/proc/sys/kernel/random/boot_id')?.trim() ?? ''
}

export async function capacity(directory: string): Promise<NodeStatus['capacity']> {
  const { blocks, bavail, bsize } = await statfs(directory)
  return {
    cores: Math.min(availableParallelism(), cpuLimit() ?? Number.POSITIVE_INFINITY),
    memoryBytes: Math.min(totalmem(), memoryLimit() ?? Number.POSITIVE_INFINITY),
    diskBytes: blocks * bsize,
    diskFreeBytes: bavail * bsize,
  }
}

/** Percent of one core between two calls. */
export function usageMeter(): () => NodeStatus['usage'] {
  let before = times()
  let percent = 0
  return function usage() {
    const now = times()
    const total = now.total - before.total
    // Two calls within a tick of the kernel's clock say nothing.
    if (total > 100) {
      percent = (1 - (now.idle - before.idle) / total) * cpus().length * 100
      before = now
    }
    return { cpuPercent: Math.max(0, percent), memoryBytes: usedMemory() }
  }
}

function times(): { readonly idle: number; readonly total: number } {
  let idle = 0
  let total = 0
  for (const { times } of cpus()) {
    idle += times.idle
    total += times.user + times.nice + times.sys + times.irq + times.idle
  }
  return { idle, total }
}

/** What cannot be given back: page cache is not in use. */
function usedMemory(): number {
  const available = /^MemAvailable:\s+(\d+) kB$/m.exec(text('/proc/meminfo') ?? '')?.[1]
  return totalmem() - (available === undefined ? freemem() : Number(available) * 1024)
}

/** Of the cgroup this process is in, version 2 or 1; undefined without a limit. */
function memoryLimit(): number | undefined {
  const limit = Number(text('/sys/fs/cgroup/memory.max') ?? text('/sys/fs/cgroup/memory/memory.limit_in_bytes'))
  return Number.isFinite(limit) && limit > 0 ? limit : undefined
}

function cpuLimit(): number | undefined {
  const [quota, period] = (
    text('/sys/fs/cgroup/cpu.max') ??
    `${text('/sys/fs/cgroup/cpu/cpu.cfs_quota_us') ?? ''} ${text('/sys/fs/cgroup/cpu/cpu.cfs_period_us') ?? ''}`
  )
    .trim()
    .split(/\s+/)
    .map(Number)
  if (quota === undefined || period === undefined || !(quota > 0) || !(period > 0)) return undefined
  return quota / period
}

function text(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
