import { createServer } from 'node:net'
import { connect } from 'node:tls'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { maxClientHelloBytes, readClientHello } from './client-hello.ts'

/** The first bytes a real TLS client sends. */
async function realHello(protocols: string[]): Promise<Buffer> {
  const { promise, resolve } = Promise.withResolvers<Buffer>()
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', (bytes) => {
      resolve(bytes)
      socket.destroy()
    })
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const client = connect({ port, host: '127.0.0.1', servername: 'panel.example', ALPNProtocols: protocols })
  client.on('error', () => {})
  const bytes = await promise
  client.destroy()
  await new Promise<void>((done) => server.close(() => done()))
  return bytes
}

test('the protocols of a real client hello are read', async () => {
  expect(readClientHello(await realHello(['stellar-node/1']))).toEqual({ protocols: ['stellar-node/1'] })
  expect(readClientHello(await realHello(['h2', 'http/1.1']))).toEqual({ protocols: ['h2', 'http/1.1'] })
})

test('a hello that is not all there yet is incomplete, byte by byte', async () => {
  const hello = await realHello(['stellar-node/1'])
  for (let end = 0; end < hello.length; end += 1) expect(readClientHello(hello.subarray(0, end))).toBe('incomplete')
})

test('what is not TLS is foreign at its first byte', () => {
  expect(readClientHello(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toBe('foreign')
  expect(readClientHello(Buffer.from([22, 3, 1, 0, 0]))).toBe('foreign')
  expect(readClientHello(Buffer.from([22, 3, 1, 0xff, 0xff]))).toBe('foreign') // a record larger than TLS has
})

test('no bytes make it fail, wherever a length is wrong', async () => {
  const hello = await realHello(['stellar-node/1'])
  const changed = fc
    .array(fc.tuple(fc.nat(hello.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 })
    .map((changes) => {
      const bytes = Buffer.from(hello)
      for (const [at, value] of changes) bytes[at] = value
      return bytes
    })
  const record = fc.uint8Array({ maxLength: 300 }).map((body) => {
    const bytes = Buffer.concat([Buffer.from([22, 3, 1, 0, 0, 1]), body])
    bytes.writeUInt16BE(body.length + 1, 3)
    return bytes
  })
  fc.assert(
    fc.property(fc.oneof(changed, record, fc.uint8Array({ maxLength: 64 })), (bytes) => {
      const result = readClientHello(bytes)
      if (typeof result === 'string') expect(['incomplete', 'foreign']).toContain(result)
      else expect(Array.isArray(result.protocols)).toBe(true)
    }),
    { numRuns: 5000 },
  )
})

test('nothing is waited for beyond the largest record', () => {
  const bytes = Buffer.alloc(maxClientHelloBytes)
  bytes.set([22, 3, 1, 0x40, 0x00])
  expect(readClientHello(bytes)).not.toBe('incomplete')
})
