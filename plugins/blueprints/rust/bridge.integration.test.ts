// The bridge against a stand-in for RustDedicated: a script that prints its arguments, and a WebSocket that is its RCON.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { WebSocketServer } from 'ws'
import { bridge } from './bridge.ts'

let folder: string
let rcon: WebSocketServer
let child: ChildProcessWithoutNullStreams
let output = ''
const heard: unknown[] = []

beforeEach(async () => {
  output = ''
  heard.length = 0
  folder = await mkdtemp(join(tmpdir(), 'stellar-rust-'))
  await writeFile(
    join(folder, 'RustDedicated'),
    '#!/bin/sh\necho "args: $*"\ntrap "exit 0" TERM\nwhile :; do sleep 0.05; done\n',
  )
  await chmod(join(folder, 'RustDedicated'), 0o755)
  rcon = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(rcon, 'listening')
})
afterEach(async () => {
  child.kill('SIGKILL')
  for (const client of rcon.clients) client.terminate()
  await new Promise((done) => rcon.close(done))
  await rm(folder, { recursive: true, force: true })
})

function start(): void {
  const address = rcon.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const names = [
    'SERVER_PORT',
    'QUERY_PORT',
    'APP_PORT',
    'WORLD_SIZE',
    'MAX_PLAYERS',
    'SAVE_INTERVAL',
    'GAMEMODE',
    'DESCRIPTION',
  ]
  const env = {
    PATH: process.env['PATH'],
    BRIDGE_PORT: String(port),
    RCON_PASSWORD: 'p w',
    SERVER_NAME: 'My "$(id)" server',
  }
  child = spawn(process.execPath, ['-e', bridge], {
    cwd: folder,
    env: { ...Object.fromEntries(names.map((name) => [name, '1'])), ...env },
  })
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
}

test('commands go to RCON, its answers to the console, its log nowhere; quit ends both', async () => {
  rcon.on('connection', (socket, request) => {
    heard.push(request.url)
    socket.send(JSON.stringify({ Identifier: 0, Message: 'a log line', Name: 'x' }))
    socket.on('message', (data: Buffer) => {
      const { Message, Identifier } = JSON.parse(data.toString()) as { Message: string; Identifier: number }
      heard.push(Message)
      socket.send('null')
      socket.send('not json')
      socket.send(JSON.stringify({ Identifier, Message: `answer to ${Message}` }))
    })
  })
  start()
  await vi.waitFor(() => expect(output).toContain('+server.hostname My "$(id)" server'), 10_000)
  child.stdin.write('status\n')
  await vi.waitFor(() => expect(output).toContain('answer to status'), 10_000)
  expect(heard).toEqual(['/p%20w', 'status'])
  expect(output).not.toContain('a log line')
  // What does not keep to RCON's protocol is shown, and ends nothing.
  expect(output).toContain('not json\n')
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('quit stops the game at once while RCON does not answer', async () => {
  start()
  for (const client of rcon.clients) client.terminate()
  await new Promise((done) => rcon.close(done))
  await vi.waitFor(() => expect(output).toContain('args: -batchmode'), 10_000)
  child.stdin.write('quit\n')
  expect(await once(child, 'exit')).toEqual([0, null])
})
