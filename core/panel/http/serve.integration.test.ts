import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { upgradeWebSocket } from '@hono/node-server'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { messageOf } from '#core/base/errors.ts'
import { silentLog } from '#core/base/log.ts'
import { limitedBody } from './body-limit.ts'
import { serveHttp } from './serve.ts'
import type { AppEnv } from './types.ts'

/** `slow` comes when somebody asks for it and goes when it is let go. */
function site(slow = { asked: () => {}, go: Promise.resolve() }) {
  const app = new Hono<AppEnv>()
    .get('/hello', (c) => c.text('hello'))
    .get('/slow', async (c) => {
      slow.asked()
      await slow.go
      return c.text('slow but whole')
    })
    .get('/endless', () => new Response(new ReadableStream({ pull: () => new Promise(() => {}) })))
    .get(
      '/socket',
      upgradeWebSocket(() => ({
        onMessage: (event, ws) => ws.send(`echo ${typeof event.data}`),
      })),
    )
  return app
}
const serve = (app = site()) => serveHttp({ app, host: '127.0.0.1', port: 0, log: silentLog })

describe('the web server', () => {
  test('answers requests and sockets on one port', async () => {
    await using server = await serve()
    expect(await (await fetch(`http://127.0.0.1:${server.port}/hello`)).text()).toBe('hello')
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/socket`)
    await once(socket, 'open')
    socket.send('hi')
    expect((await once(socket, 'message'))[0].data).toBe('echo string')
    socket.close()
  })

  test('answers an upgrade nobody asked for, instead of leaving it hanging', async () => {
    await using server = await serve()
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/absent`)
    expect((await once(socket, 'error'))[0]).toBeDefined()
  })

  test('cuts a browser that sends more than a command may have', async () => {
    await using server = await serve()
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/socket`)
    await once(socket, 'open')
    socket.send('x'.repeat(17 * 1024))
    // 1009: message too big.
    expect((await once(socket, 'close'))[0].code).toBe(1009)
  })

  test('answers broken HTTP with 400 and goes on', async () => {
    await using server = await serve()
    const socket = connect(server.port, '127.0.0.1')
    socket.write('NONSENSE\r\n\r\n')
    const [data] = (await once(socket, 'data')) as [Buffer]
    expect(data.toString()).toMatch(/^HTTP\/1\.1 400 /)
    socket.destroy()
    expect((await fetch(`http://127.0.0.1:${server.port}/hello`)).status).toBe(200)
  })

  test('tells whoever sends too much so, and does not lose the answer while they still send', async () => {
    const app = site()
      .use(limitedBody())
      .post('/form', (c) => c.text('taken'))
      .onError((error, c) => c.text(messageOf(error), 413, { connection: 'close' }))
    await using server = await serve(app)
    const piece = 'x'.repeat(64 * 1024)
    const pieces = 32
    for (const [length, before, after] of [
      [`content-length: ${piece.length * pieces}`, '', ''],
      ['transfer-encoding: chunked', `${(piece.length * pieces).toString(16)}\r\n`, '\r\n0\r\n\r\n'],
    ] as const) {
      const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true })
      const failures: unknown[] = []
      socket.on('error', (error) => failures.push(error))
      const send = (bytes: string) => new Promise((done) => void socket.write(bytes, done))
      // Like a proxy, which listens when it has sent everything.
      socket.pause()
      await send(`POST /form HTTP/1.1\r\nhost: panel.test\r\n${length}\r\n\r\n${before}`)
      // Slowly: by itself the listener cuts who still sends half a second after the answer.
      await delay(700)
      for (let sent = 0; sent < pieces; sent += 1) await send(piece)
      await send(after)
      expect([await text(socket).catch(String), failures], length).toEqual([
        expect.stringMatching(/^HTTP\/1\.1 413 [^]*at most 256 KiB/),
        [],
      ])
      socket.destroy()
    }
  })

  test('lets answers under way finish when it stops, tells sockets, and takes nothing new', async () => {
    const asked = Promise.withResolvers<void>()
    const held = Promise.withResolvers<void>()
    const server = await serve(site({ asked: asked.resolve, go: held.promise }))
    const base = `http://127.0.0.1:${server.port}`
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/socket`)
    await once(socket, 'open')
    const slow = fetch(`${base}/slow`).then((response) => response.text())
    await asked.promise
    const closing = once(socket, 'close')
    const stopped = server[Symbol.asyncDispose]()
    expect((await closing)[0].code).toBe(1001)
    held.resolve()
    expect(await slow).toBe('slow but whole')
    await stopped
    await expect(fetch(`${base}/hello`)).rejects.toThrow()
  })

  test('cuts what does not end by itself, within its deadline', async () => {
    const server = await serve()
    const endless = fetch(`http://127.0.0.1:${server.port}/endless`).then((response) => response.text())
    const failed = expect(endless).rejects.toThrow()
    await fetch(`http://127.0.0.1:${server.port}/hello`)
    const begun = performance.now()
    await server[Symbol.asyncDispose]()
    expect(performance.now() - begun).toBeLessThan(4_000)
    await failed
  })

  test('names a port that is taken, and what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    const failure = serveHttp({ app: site(), host: '127.0.0.1', port, log: silentLog })
    await expect(failure).rejects.toMatchObject({
      code: 'port-in-use',
      message: `The panel cannot listen on 127.0.0.1:${port}: another program uses this port.`,
    })
    await expect(failure).rejects.toMatchObject({ hint: expect.stringContaining('STELLAR_PORT') })
    other.close()
  })

  test('names an address that this machine does not have', async () => {
    const failure = serveHttp({ app: site(), host: '203.0.113.1', port: 0, log: silentLog })
    await expect(failure).rejects.toMatchObject({ code: 'host-unknown' })
  })
})
