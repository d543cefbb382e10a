// How long this machine keeps a program waiting at the moment: a thread of its own speaks to `cat` and is answered. What
// a deadline of a test may be stretched by, so that it judges us and not what else runs beside it.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

const source = `
const { spawn } = require('node:child_process')
const { parentPort } = require('node:worker_threads')
const cat = spawn('cat', { stdio: ['pipe', 'pipe', 'ignore'] })
const delays = []
let sent = 0
const timer = setInterval(() => {
  if (sent > 0) return
  sent = performance.now()
  cat.stdin.write('.')
}, 20)
cat.stdout.on('data', () => {
  delays.push(performance.now() - sent)
  sent = 0
})
parentPort.once('message', () => {
  clearInterval(timer)
  cat.kill('SIGKILL')
  parentPort.postMessage(delays)
  parentPort.close()
})`

/** Measures from now on; the function ends it and says the 99th percentile in milliseconds. */
export function measureMachineDelay(): () => Promise<number> {
  const worker = new Worker(source, { eval: true })
  return async () => {
    worker.postMessage('end')
    const [delays] = (await once(worker, 'message')) as [number[]]
    return percentile(delays, 99)
  }
}

export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN
}
