// From the command to the first answer, with a data folder that exists, and what the process weighs ten seconds later.
import { startStellar } from '#core/testing/stellar.ts'
import { flags, residentMiB } from './process.ts'
import { median } from './table.ts'

export interface Start {
  readonly seconds: number
  readonly restMiB: number
}

const restMs = 10_000

export async function measureStart(data: string, command: 'panel' | 'up', turns = 3): Promise<Start> {
  const seconds: number[] = []
  const weights: number[] = []
  for (let turn = 0; turn < turns; turn += 1) {
    const begin = performance.now()
    await using stellar = await startStellar({
      data,
      command: [command],
      environment: { NODE_OPTIONS: flags[0] ?? '', STELLAR_LOG_LEVEL: 'error' },
    })
    const { ok } = await fetch(`${stellar.url}/health`, { signal: AbortSignal.timeout(10_000) })
    if (!ok) throw new Error('/health is not well')
    seconds.push((performance.now() - begin) / 1000)
    // Once is enough for what it weighs.
    if (turn > 0) continue
    await new Promise((done) => setTimeout(done, restMs))
    weights.push(residentMiB(stellar.pid))
  }
  return { seconds: median(seconds), restMiB: median(weights) }
}
