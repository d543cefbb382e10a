// A second attachment to a container, with nothing of ours in between: a thread of its own notes when the engine hands
// out a line. What we make of that line later than this is ours.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

const source = `
const { request } = require('node:http')
const { parentPort, workerData } = require('node:worker_threads')
const { id, pattern } = workerData
const heard = new Map()
const asked = request({
  socketPath: (process.env.DOCKER_HOST ?? '').replace(/^unix:\\/\\//, '') || '/var/run/docker.sock',
  path: '/containers/' + id + '/attach?stream=1&stdout=1',
  method: 'POST',
  headers: { connection: 'Upgrade', upgrade: 'tcp' },
})
asked.on('upgrade', (_answer, socket) => {
  parentPort.postMessage('listening')
  let text = ''
  socket.on('data', (bytes) => {
    const at = performance.timeOrigin + performance.now()
    text = (text + bytes.toString('latin1')).slice(-10_000)
    for (const [line] of text.matchAll(new RegExp(pattern, 'g'))) if (!heard.has(line)) heard.set(line, at)
  })
  parentPort.once('message', () => {
    socket.destroy()
    parentPort.postMessage(heard)
    parentPort.close()
  })
})
asked.end()`

/** Listens for what the pattern matches; the function ends it and says when each came, on the clock of `wallClock`. */
export async function listenBarely(id: string, pattern: RegExp): Promise<() => Promise<ReadonlyMap<string, number>>> {
  const worker = new Worker(source, { eval: true, workerData: { id, pattern: pattern.source } })
  await once(worker, 'message', { signal: AbortSignal.timeout(10_000) })
  return async () => {
    worker.postMessage('end')
    const [heard] = (await once(worker, 'message')) as [ReadonlyMap<string, number>]
    return heard
  }
}

/** Milliseconds on a clock that all threads of this process share, finer than `Date.now`. */
export const wallClock = () => performance.timeOrigin + performance.now()
