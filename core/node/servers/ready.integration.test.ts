import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { RunSpec } from '#core/domain/plan.ts'
import { lineMatcher, staysOpen, watchReady } from './ready.ts'

describe('a ready rule', () => {
  const opened: (Disposable | Server)[] = []
  afterEach(() => {
    for (const each of opened.splice(0)) {
      if ('close' in each) each.close()
      else each[Symbol.dispose]()
    }
  })
  function watch(ready: RunSpec['ready'], port = 1) {
    const heard: string[] = []
    const ports: RunSpec['ports'] = [{ name: 'game', port, protocol: 'tcp' }]
    const watching = watchReady(
      { ready, ports },
      Date.now(),
      () => heard.push('ready'),
      () => heard.push('late'),
    )
    opened.push(watching)
    return { heard, watching }
  }
  const listen = (onConnection: Parameters<typeof createServer>[1]) =>
    new Promise<number>((resolve) => {
      const server = createServer(onConnection)
      opened.push(server)
      server.listen(0, '127.0.0.1', () => {
        const address = server.address()
        resolve(typeof address === 'object' && address ? address.port : 0)
      })
    })

  it('matches text or expression, once', () => {
    const match = [{ text: 'Done (' }, { regex: '^ready in \\d+ s$' }]
    const { heard, watching } = watch({ when: 'line', match, timeoutSeconds: 60 })
    for (const line of ['not yet', 'ready in x s', 'ready in 3 s', 'Done (1 s)']) watching.line(line)
    expect(heard).toEqual(['ready'])
  })

  it('is not held up by a line made to be slow', () => {
    const matches = lineMatcher({ regex: '^(a+)+$' })
    const began = performance.now()
    matches('b'.repeat(1_000_000))
    expect(performance.now() - began).toBeLessThan(100)
  })

  it('tells that time is up, and still that it became ready', async () => {
    const { heard, watching } = watch({ when: 'line', match: [{ text: 'up' }], timeoutSeconds: 0.05 })
    await expect.poll(() => heard).toEqual(['late'])
    watching.line('up')
    expect(heard).toEqual(['late', 'ready'])
  })

  it('is fulfilled by running for a while', async () => {
    const { heard } = watch({ when: 'running', seconds: 0.05, timeoutSeconds: 60 })
    expect(heard).toEqual([])
    await expect.poll(() => heard).toEqual(['ready'])
  })

  it('waits for a port that stays open', async () => {
    const port = await listen(() => {})
    const { heard } = watch({ when: 'port', port: 'game', timeoutSeconds: 60 }, port)
    await expect.poll(() => heard, { timeout: 3000 }).toEqual(['ready'])
  })

  it('does not take a proxy that hangs up for a game', async () => {
    const port = await listen((socket) => socket.destroy())
    expect(await staysOpen(port, AbortSignal.timeout(5000))).toBe(false)
    expect(await staysOpen(1, AbortSignal.timeout(5000))).toBe(false)
  })

  it('takes a greeting for an answer', async () => {
    const port = await listen((socket) => socket.end('hello'))
    expect(await staysOpen(port, AbortSignal.timeout(5000))).toBe(true)
  })
})
