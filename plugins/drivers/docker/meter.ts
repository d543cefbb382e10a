// Readings of one container: the kernel's files where this process can see them, the engine's API where it cannot.
import type { ContainerInspectInfo, ContainerStats } from 'dockerode'
import type { InstanceStats } from 'stellar/plugin'
import { call, deadlines, type Engine, found } from './engine.ts'
import { type CgroupFiles, findCgroup, readUsage, type Usage } from './stats.ts'

/** One call to the API takes about a second of the engine's attention, so it is made no more often. */
const apiEveryMs = 5000

export type Meter = (signal: AbortSignal) => Promise<InstanceStats | undefined>

export function meter(
  engine: Engine,
  id: string,
  inspect: (signal?: AbortSignal) => Promise<ContainerInspectInfo>,
): Meter {
  let process: { readonly pid: number; readonly files: CgroupFiles | undefined } | undefined
  let before: { readonly cpuNanoseconds: number; readonly at: number } | undefined
  let kept: { readonly stats: InstanceStats; readonly at: number } | undefined

  function since(usage: Usage): InstanceStats {
    const at = performance.now()
    const used = before ? usage.cpuNanoseconds - before.cpuNanoseconds : 0
    const cpuPercent = before ? (Math.max(0, used) / 1e6 / Math.max(1, at - before.at)) * 100 : 0
    before = { cpuNanoseconds: usage.cpuNanoseconds, at }
    const { memoryBytes, receivedBytes, sentBytes } = usage
    return { cpuPercent, memoryBytes, receivedBytes, sentBytes }
  }

  return async function measure(signal) {
    if (process?.files) {
      try {
        return since(readUsage(process.files, process.pid))
      } catch {
        // Gone or started anew: ask the engine below.
        process = undefined
        before = undefined
      }
    }
    if (!process) {
      const state = (await found(inspect(signal)))?.State
      if (!state?.Running || state.Pid === 0) return undefined
      process = { pid: state.Pid, files: findCgroup(state.Pid) }
      if (process.files) return since(readUsage(process.files, process.pid))
    }
    if (kept && performance.now() - kept.at < apiEveryMs) return kept.stats
    const usage = await askEngine(engine, id, signal)
    if (!usage) {
      process = undefined
      kept = undefined
      return undefined
    }
    kept = { stats: since(usage), at: performance.now() }
    return kept.stats
  }
}

async function askEngine(engine: Engine, id: string, signal: AbortSignal): Promise<Usage | undefined> {
  const answer = await found(
    call(
      'measure a container',
      deadlines.read,
      () => engine.getContainer(id).stats({ stream: false, 'one-shot': true }),
      signal,
    ),
  )
  return answer && usageOf(answer)
}

/** A container that does not run is described with zeros and without memory. */
export function usageOf(answer: ContainerStats): Usage | undefined {
  const { usage, stats } = answer.memory_stats ?? {}
  if (usage === undefined) return undefined
  const inactive = stats?.total_inactive_file ?? stats?.inactive_file ?? 0
  const networks = Object.values(answer.networks ?? {})
  return {
    cpuNanoseconds: answer.cpu_stats.cpu_usage.total_usage,
    memoryBytes: Math.max(0, usage - inactive),
    receivedBytes: networks.reduce((sum, each) => sum + each.rx_bytes, 0),
    sentBytes: networks.reduce((sum, each) => sum + each.tx_bytes, 0),
  }
}
