// The commands that speak to a panel, as processes, against the real API on a real socket.

import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import { encodeRecord } from '#core/domain/console.ts'
import { type HttpServer, serveHttp } from '#core/panel/http/serve.ts'
import { type CommandOptions, runCommand as command } from '#core/testing/command.ts'
import { fakeStatus } from '#core/testing/fake-hub.ts'
import { type TestPanel, testPanel } from '#core/testing/panel.ts'
import { testBlueprint } from '#core/testing/test-blueprint.ts'
import { addServer } from '#core/testing/test-servers.ts'

const folder = mkdtempSync(join(tmpdir(), 'stellar-client-'))
const keys = join(folder, 'stellar', 'panels.json')
let panel: TestPanel
let server: HttpServer
let url: string
let key: string
let nodeId: string
let arcadia: string

const signedOut = { XDG_CONFIG_HOME: folder, STELLAR_API_URL: '', STELLAR_API_KEY: '' }
/** As somebody with a key in the environment. */
const stellar = (line: string | readonly string[], options: CommandOptions = {}) =>
  command(typeof line === 'string' ? line.split(' ') : line, {
    ...options,
    environment: { ...signedOut, STELLAR_API_URL: url, STELLAR_API_KEY: key, ...options.environment },
  })
const json = (text: string) => JSON.parse(text) as Record<string, unknown> & { data: Record<string, unknown>[] }

beforeAll(async () => {
  panel = await testPanel({ blueprints: [testBlueprint] })
  server = await serveHttp({ app: panel.app, host: '127.0.0.1', port: 0, log: silentLog })
  url = `http://127.0.0.1:${server.port}`
  ;({ key } = await panel.owner.api())
  nodeId = await panel.addNode({ name: 'north', status: fakeStatus(), enrolledAt: new Date().toISOString() })
  panel.hub.connect(nodeId)
  arcadia = await addServer(panel, nodeId, { name: 'Arcadia', state: 'running' })
  await addServer(panel, nodeId, { name: 'Twin' })
  await addServer(panel, nodeId, { name: 'Twin' })
  await addServer(panel, nodeId, { name: 'evil \u001b]0;title\u0007\u001b[2Jname' })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await panel[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

/** Somebody looks at the console that was made last. */
let watched = Promise.withResolvers<void>()

/** A server whose console says these lines; a command is answered by an echo and a line. Its name. */
async function consoleSays(...texts: string[]): Promise<string> {
  watched = Promise.withResolvers<void>()
  // One of its own: the panel keeps the stream of a console that somebody looked at for a while.
  const name = `Speaker-${crypto.randomUUID().slice(0, 6)}`
  const id = await addServer(panel, nodeId, { name, state: 'running' })
  const records = texts.map((text, index) => encodeRecord({ number: index + 1, at: 0, kind: 'o', text }))
  const commands: string[] = []
  const heard = new EventTarget()
  panel.hub.answer('console.history', () => ({ text: records.join(''), more: false }))
  panel.hub.answer('console.write', (params) => {
    const { line } = params as { line: string }
    commands.push(
      encodeRecord({ number: records.length + commands.length * 2 + 1, at: 0, kind: 'i', text: `Ada\t${line}` }) +
        encodeRecord({ number: records.length + commands.length * 2 + 2, at: 0, kind: 'o', text: `did ${line}` }),
    )
    heard.dispatchEvent(new Event('command'))
    return {}
  })
  panel.hub.consoles.set(
    id,
    (async function* () {
      watched.resolve()
      yield Buffer.from(records.join(''))
      for (let told = 0; ; told++) {
        while (commands.length <= told) {
          await new Promise((done) => heard.addEventListener('command', done, { once: true }))
        }
        yield Buffer.from(commands[told] ?? '')
      }
    })(),
  )
  return name
}

describe('signing in', () => {
  const file = join(folder, 'key')
  beforeAll(() => writeFileSync(file, `${key}\n`, { mode: 0o600 }))

  test('keeps the key in a file of one’s own, and each command uses it until one signs out', async () => {
    const login = await command(['login', url, '--name', 'home', '--key-file', file], { environment: signedOut })
    expect(login).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining(`Signed in to ${url} as Ada`) })
    expect(statSync(keys).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'stellar')).mode & 0o777).toBe(0o700)
    expect(login.stdout).not.toContain(key)

    expect((await command(['whoami'], { environment: signedOut })).stdout).toContain(`the owner, on ${url}`)
    const logins = await command(['login', 'list', '--json'], { environment: signedOut })
    expect(json(logins.stdout).data).toEqual([{ name: 'home', url, current: true }])
    expect(logins.stdout).not.toContain(key)

    const { key: second } = await panel.owner.api()
    const other = await command(['login', url, '--name', 'other'], { environment: signedOut, input: `${second}\n` })
    expect(other.code).toBe(0)
    const out = await command(['logout', 'other', '--revoke'], { environment: signedOut })
    expect(out).toMatchObject({ code: 0, stdout: expect.stringContaining('its key is revoked') })
    const answer = await fetch(`${url}/api/v1/account`, { headers: { authorization: `Bearer ${second}` } })
    expect(answer.status).toBe(401)

    await command(['logout', 'home'], { environment: signedOut })
    expect(readFileSync(keys, 'utf8')).not.toContain('stellar_key_')
    expect(await command(['whoami'], { environment: signedOut })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('You are signed in to no panel.'),
    })
  })

  test('with a wrong key stores nothing', async () => {
    const wrong = `stellar_key_00000000_${'x'.repeat(43)}`
    const login = await command(['login', url, '--name', 'wrong'], { environment: signedOut, input: `${wrong}\n` })
    expect(login).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('This API key is not valid') })
    expect(existsSync(keys) ? readFileSync(keys, 'utf8') : '').not.toContain('wrong')
  })

  test('refuses a file that others can read', async () => {
    const login = await command(['login', url, '--key-file', file], { environment: signedOut })
    expect(login.code).toBe(0)
    chmodSync(keys, 0o644)
    const refused = await command(['server', 'list'], { environment: signedOut })
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(`chmod 600 ${keys}`) })
    rmSync(keys)
  })

  test.each([
    [['login', 'ftp://x'], 2, 'is no address of a panel'],
    [['login', 'https://x.test/path'], 2, 'without a path'],
    [['login', 'http://127.0.0.1:1', '--key-file', '/nowhere'], 2, 'cannot be read'],
    [['whoami', '--panel', 'none'], 3, 'no panel called “none”'],
  ])('%j is refused', async (args, code, sentence) => {
    expect(await command(args, { environment: signedOut })).toMatchObject({
      code,
      stdout: '',
      stderr: expect.stringContaining(sentence),
    })
  })

  test('never sends a key to where a redirect leads, or takes a stranger for a panel', async () => {
    const asked: (string | undefined)[] = []
    const other = createServer((request, response) => {
      asked.push(request.headers.authorization)
      if (request.url?.includes('whoami') === false && asked.length === 1) response.writeHead(302, { location: url })
      response.end('<html>')
    }).listen(0, '127.0.0.1')
    const { port } = await new Promise<AddressInfo>((done) =>
      other.once('listening', () => done(other.address() as AddressInfo)),
    )
    const environment = { STELLAR_API_URL: `http://127.0.0.1:${port}`, STELLAR_API_KEY: 'stellar_key_elsewhere' }
    const redirected = await stellar('whoami', { environment })
    const stranger = await stellar('whoami', { environment })
    other.close()
    expect(redirected).toMatchObject({ code: 1, stderr: expect.stringContaining(`sends on to ${url}`) })
    expect(stranger).toMatchObject({ code: 1, stderr: expect.stringContaining('does not answer like a Stellar panel') })
    expect(asked).toHaveLength(2)
    const gone = await stellar('whoami', { environment })
    expect(gone).toMatchObject({ code: 6, stderr: expect.stringContaining('nothing listens there') })
  })
})

describe('servers', () => {
  test('are a table for people and the API’s own answer for programs', async () => {
    const table = await stellar('server list')
    expect(table.code).toBe(0)
    expect(table.stdout.split('\n')[0]).toMatch(/^NAME +STATE +GAME +ADDRESS +CPU +MEMORY +PLAYERS$/)
    expect(table.stdout).toMatch(/^Arcadia +running +/m)
    expect(table.stdout).toContain('evil name')
    expect(table.stdout).not.toContain('\u001b')
    const listed = json((await stellar('server list --json --search Arca')).stdout)
    const answer = (await (await panel.owner.api()).get('/servers?q=Arca')).json()
    expect(listed).toEqual(await answer)
  })

  test('are found by name, id and the start of an id; a name that two have is refused with both ids', async () => {
    for (const typed of ['Arcadia', 'arcadia', arcadia, arcadia.slice(0, 12)]) {
      const shown = await stellar(['server', 'show', typed, '--json'])
      expect([typed, json(shown.stdout)['id']]).toEqual([typed, arcadia])
    }
    const twin = await stellar('server show Twin')
    expect(twin).toMatchObject({ code: 5, stdout: '', stderr: expect.stringContaining('2 servers are called “Twin”') })
    const missing = await stellar('server show Arcadai')
    expect(missing).toMatchObject({ code: 4, stderr: expect.stringContaining('Did you mean Arcadia?') })
  })

  test('are told to stop, and a refusal has its own end and, for programs, the problem as the API gave it', async () => {
    expect(await stellar('server stop Arcadia')).toMatchObject({ code: 0, stdout: 'Arcadia is told to stop.\n' })
    const refused = await stellar('server start Arcadia --json')
    expect(refused).toMatchObject({ code: 5, stdout: '' })
    expect(json(refused.stderr)).toMatchObject({ code: 'power-not-offered', offered: expect.any(Array) })
    const waited = await stellar('server stop Arcadia --wait --timeout 1')
    expect(waited).toMatchObject({ code: 7, stderr: expect.stringContaining('after 1 seconds') })
  })

  test('of somebody else are not there', async () => {
    const eve = await (await panel.addUser('Eve')).api()
    const environment = { STELLAR_API_KEY: eve.key }
    expect(await stellar('server show Arcadia', { environment })).toMatchObject({ code: 4 })
    expect(await stellar(['server', 'show', arcadia], { environment })).toMatchObject({ code: 4 })
    expect(await stellar('node list', { environment })).toMatchObject({ code: 3, stdout: '' })
  })

  test('are made from options, with every wrong one named', async () => {
    const wrong = await stellar([
      'server',
      'create',
      'New',
      '-b',
      testBlueprint.id,
      '--memory',
      '16MiB',
      '--set',
      'NO=1',
    ])
    expect(wrong).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/memoryMiB: .*variables\.NO: /) })
    expect(await stellar('server create New -b tset-game')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('no blueprint'),
    })
    const before = panel.hub.applied.length
    const made = await stellar(
      `server create New --blueprint ${testBlueprint.id} --node north --memory 2GiB --cpu 150% --disk 5GB --set MAX_PLAYERS=3 --no-start --json`,
    )
    expect([made.code, made.stderr]).toEqual([0, ''])
    expect(json(made.stdout)).toMatchObject({
      name: 'New',
      limits: { memoryBytes: 2 * 1024 ** 3, cpuPercent: 150, diskBytes: 5e9 },
    })
    expect(panel.hub.applied[before]?.server.power).toMatchObject({ request: 0 })
  })

  test('are deleted when their name is typed, or with --yes; else they stay', async () => {
    const id = await addServer(panel, nodeId, { name: 'Old' })
    expect(await stellar('server delete Old')).toMatchObject({ code: 2, stderr: expect.stringContaining('Add --yes') })
    const other = await stellar('server delete Old', { terminal: true, input: 'Odl\n' })
    expect([other.code, other.stdout]).toEqual([1, expect.stringContaining('nothing was deleted')])
    expect(json((await stellar(['server', 'show', id, '--json'])).stdout)['state']).toBe('stopped')
    expect((await stellar('server delete Old --yes')).stdout).toBe('Old is being deleted.\n')
    expect(json((await stellar(['server', 'show', id, '--json'])).stdout)['state']).toBe('deleting')
  })
})

describe('the console', () => {
  test('in a pipe sends each line and prints the answers, then ends', async () => {
    const name = await consoleSays('old line', 'older line')
    const piped = await stellar(`server console ${name}`, { input: 'list\n\nsay hi\n' })
    expect(piped).toMatchObject({
      code: 0,
      stderr: '',
      stdout: 'Ada › list\ndid list\nAda › say hi\ndid say hi\n',
    })
  })

  test('at a terminal shows what was, what comes, and takes commands', async () => {
    const name = await consoleSays('\u001b[31mred\u001b[0m', 'title \u001b]0;stolen\u0007 and \u009b2J')
    const shown = await stellar(`server console ${name}`, {
      terminal: true,
      input: 'list\n',
      leaveAfter: /did list/,
      environment: { NO_COLOR: undefined },
    })
    expect(shown.code).toBe(0)
    expect(shown.stdout).toContain('\u001b[31mred')
    expect(shown.stdout).toContain('title  and 2J')
    expect(shown.stdout).not.toContain('stolen')
  })

  test('is a log for people and one object a line for programs', async () => {
    const name = await consoleSays('one', 'two')
    expect((await stellar(`server logs ${name}`)).stdout).toBe('one\ntwo\n')
    expect((await stellar(`server logs ${name} -t`)).stdout).toBe(
      '1970-01-01T00:00:00.000Z one\n1970-01-01T00:00:00.000Z two\n',
    )
    const lines = (await stellar(`server logs ${name} --json`)).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
    expect(lines).toEqual([
      { number: 1, at: '1970-01-01T00:00:00.000Z', kind: 'output', text: 'one' },
      { number: 2, at: '1970-01-01T00:00:00.000Z', kind: 'output', text: 'two' },
    ])
  })

  test('is followed until one has seen enough', async () => {
    const name = await consoleSays('one')
    const following = stellar(`server logs ${name} --follow`, { leaveAfter: /did shout/ })
    expect((await stellar(`server send ${name} shout`)).code).toBe(0)
    expect(await following).toMatchObject({ code: 0, stdout: 'one\nAda › shout\ndid shout\n' })
  })
})

test('a console goes on where it was when the panel comes back', async () => {
  const name = await consoleSays('one')
  let going = await serveHttp({ app: panel.app, host: '127.0.0.1', port: 0, log: silentLog })
  const { port } = going
  const environment = { STELLAR_API_URL: `http://127.0.0.1:${port}` }
  const following = stellar(`server logs ${name} --follow`, { environment, leaveAfter: /did second/ })
  await stellar(`server send ${name} first`)
  await watched.promise
  await going[Symbol.asyncDispose]()
  const nobody = createTcpServer((socket) => socket.destroy()).listen(port, '127.0.0.1')
  await once(nobody, 'connection')
  nobody.close()
  await stellar(`server send ${name} second`)
  going = await serveHttp({ app: panel.app, host: '127.0.0.1', port, log: silentLog })
  const { code, stdout, stderr } = await following
  await going[Symbol.asyncDispose]()
  expect(stderr).toBe('— The panel cannot be reached; trying again. —\n')
  expect([code, stdout]).toEqual([0, 'one\nAda › first\ndid first\nAda › second\ndid second\n'])
})

test('nodes and blueprints are listed and shown', async () => {
  expect((await stellar('node list')).stdout).toMatch(/^north +connected +/m)
  expect(json((await stellar('node show north --json')).stdout)).toMatchObject({ id: nodeId, name: 'north' })
  expect((await stellar('node show nroth')).stderr).toContain('Did you mean north?')
  expect((await stellar('blueprint list')).stdout).toContain(testBlueprint.id)
})
