// The panel behind nginx and behind Caddy, with the very configuration that docs/reverse-proxy.md shows.
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { get as httpGet, type IncomingMessage } from 'node:http'
import { Agent, request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { silentLog } from '#core/base/log.ts'
import { users } from '#core/db/schema/accounts.ts'
import { decodeRecords, encodeRecord } from '#core/domain/console.ts'
import { type HttpServer, serveHttp } from '#core/panel/http/serve.ts'
import { firstStart, firstStartFrom } from '#core/panel/setup/first-start.ts'
import { freePort } from '#core/testing/free-port.ts'
import { debianImage, docker } from '#core/testing/images.ts'
import { type TestPanel, testPanel } from '#core/testing/panel.ts'
import { withoutTestbed } from '#core/testing/services.ts'
import { addServer } from '#core/testing/test-servers.ts'
import { urls } from '#views/urls.ts'

const host = 'panel.example'
const origin = `https://${host}`
const owner = { email: 'ada@panel.test', password: 'correct horse battery' }
const page = readFileSync('docs/reverse-proxy.md', 'utf8')

/** What the page shows for a proxy. */
function shown(language: string): string {
  const block = page.split(`\`\`\`${language}\n`)[1]?.split('\n```')[0]
  if (!block) throw new Error(`docs/reverse-proxy.md shows nothing for ${language}`)
  return block
}

interface Ports {
  readonly panel: number
  readonly http: number
  readonly https: number
}

const proxies = {
  nginx: {
    file: 'nginx.conf',
    command: ['nginx', '-c', '/conf/nginx.conf', '-g', 'daemon off;'],
    configure: ({ panel, http, https }: Ports) =>
      `events {}\nhttp {\naccess_log off;\n${shown('nginx')
        .replace('127.0.0.1:3000', `127.0.0.1:${panel}`)
        .replace('listen 80', `listen 127.0.0.1:${http}`)
        .replace('listen 443', `listen 127.0.0.1:${https}`)
        .replace(/\/etc\/letsencrypt\S+fullchain/, '/conf/cert')
        .replace(/\/etc\/letsencrypt\S+privkey/, '/conf/key')}\n}\n`,
  },
  caddy: {
    file: 'Caddyfile',
    command: ['caddy', 'run', '--config', '/conf/Caddyfile'],
    configure: ({ panel, http, https }: Ports) =>
      `{\nadmin off\nhttp_port ${http}\nhttps_port ${https}\n}\n${shown('caddy')
        .replace('127.0.0.1:3000', `127.0.0.1:${panel}`)
        .replace('{\n', '{\ntls /conf/cert.pem /conf/key.pem\nbind 127.0.0.1\n')}\n`,
  },
}

describe.skipIf(withoutTestbed).each(['nginx', 'caddy'] as const)(
  'the panel behind %s (needs the test bed)',
  (kind) => {
    const folder = mkdtempSync(join(tmpdir(), 'stellar-proxy-'))
    const container = `tb-${kind}-${process.pid}`
    let ports: Ports
    let panel: TestPanel
    let server: HttpServer
    let ca: string
    let cookie = ''

    beforeAll(async () => {
      const image = await debianImage('tb-proxies', ['nginx-light', 'caddy', 'openssl'])
      panel = await testPanel({ owner: false, config: { url: origin, trustedProxies: ['127.0.0.1'] } })
      await firstStart(
        panel.context,
        firstStartFrom({ STELLAR_OWNER_EMAIL: owner.email, STELLAR_OWNER_PASSWORD: owner.password }),
      )
      server = await serveHttp({ app: panel.app, host: '127.0.0.1', port: 0, log: silentLog })
      ports = { panel: server.port, http: await freePort(), https: await freePort() }
      const { file, command, configure } = proxies[kind]
      writeFileSync(join(folder, file), configure(ports))
      chmodSync(folder, 0o755)
      const certificate = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=${host} -addext subjectAltName=DNS:${host} -keyout /conf/key.pem -out /conf/cert.pem`
      await docker(['run', '--rm', '--volume', `${folder}:/conf`, image, 'openssl', ...certificate.split(' ')])
      ca = readFileSync(join(folder, 'cert.pem'), 'utf8')
      const options = ['--detach', '--network', 'host', '--name', container, '--volume', `${folder}:/conf:ro`]
      await docker(['run', ...options, image, ...command])
      await vi.waitFor(async () => (await ask('/health')).resume(), { timeout: 20_000, interval: 100 })
    })
    afterAll(async () => {
      await docker(['rm', '--force', container])
      await server[Symbol.asyncDispose]()
      await panel[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    })

    interface Ask {
      readonly method?: string
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string
    }

    /** As a browser elsewhere would: the proxy sees 127.0.0.2, the panel sees the proxy. */
    async function ask(path: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<IncomingMessage> {
      const request = httpsRequest({
        host: '127.0.0.1',
        localAddress: '127.0.0.2',
        port: ports.https,
        servername: host,
        ca,
        path,
        method,
        headers: { host, ...(cookie && { cookie }), ...headers },
        signal: AbortSignal.timeout(20_000),
      })
      request.end(body)
      const [response] = (await once(request, 'response')) as [IncomingMessage]
      return response
    }

    const form = (fields: Record<string, string>, headers: Record<string, string> = {}): Ask => {
      const body = new URLSearchParams(fields).toString()
      return {
        method: 'POST',
        body,
        headers: {
          origin,
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': String(body.length),
          ...headers,
        },
      }
    }

    test('http leads to https', async () => {
      const request = httpGet({ host: '127.0.0.1', port: ports.http, path: '/servers?x=1', headers: { host } })
      const [response] = (await once(request, 'response')) as [IncomingMessage]
      response.resume()
      expect([301, 308]).toContain(response.statusCode)
      expect(response.headers.location).toMatch(/^https:\/\/panel\.example(:\d+)?\/servers\?x=1$/)
    })

    test('signing in gives a cookie for this host over https alone', async () => {
      const response = await ask('/sign-in', form(owner, { 'x-forwarded-for': '6.6.6.6', 'x-forwarded-proto': 'http' }))
      response.resume()
      expect([response.statusCode, response.headers.location]).toEqual([303, '/'])
      expect(response.headers['strict-transport-security']).toMatch(/^max-age=/)
      const set = response.headers['set-cookie']?.find((line) => line.startsWith('__Host-stellar-session='))
      expect(set).toMatch(/; Secure/)
      expect(set).toMatch(/; HttpOnly/)
      cookie = set?.split(';')[0] ?? ''
    })

    test('the panel knows where the client is, whatever the client claims', async () => {
      const response = await ask('/account/security')
      const html = await text(response)
      expect(response.statusCode).toBe(200)
      expect(html).toContain('127.0.0.2')
      expect(html).not.toContain('6.6.6.6')
    })

    test('a form of another site is refused', async () => {
      const response = await ask('/theme', form({ theme: 'dark' }, { origin: 'https://evil.example' }))
      response.resume()
      expect(response.statusCode).toBe(403)
    })

    test('a body that is too large is refused by the panel, in its words', async () => {
      const response = await ask('/theme', form({ theme: 'x'.repeat(300 * 1024) }))
      expect(response.statusCode).toBe(413)
      expect(await text(response)).toContain('at most')
    })

    test('events come while the stream is open', async () => {
      const response = await ask('/events?topic=servers', { headers: { accept: 'text/event-stream' } })
      expect(response.headers['content-type']).toContain('text/event-stream')
      let came = ''
      response.setEncoding('utf8').on('data', (data: string) => (came += data))
      await expect.poll(() => came, { timeout: 5_000 }).toContain('event: ping')
      expect(response.complete).toBe(false)
      response.destroy()
    })

    test('the console goes both ways', async () => {
      const nodeId = await panel.addNode()
      panel.hub.connect(nodeId)
      const [account] = await panel.database.withSystem((tx) => tx.select({ id: users.id }).from(users))
      const id = await addServer(panel, nodeId, { state: 'running', ownerId: account?.id ?? '' })
      panel.hub.consoles.set(
        id,
        (async function* () {
          yield Buffer.from(encodeRecord({ number: 1, at: 1, kind: 'o', text: 'Done (1.2s)!' }))
          await new Promise(() => undefined)
        })(),
      )
      const socket = new WebSocket(`wss://127.0.0.1:${ports.https}${urls.serverConsole({ id })}?tail=10`, {
        agent: new Agent({ ca, servername: host }),
        headers: { host, cookie, origin },
      })
      const lines: string[] = []
      socket.on('message', (data: Buffer, binary) => {
        if (binary) lines.push(...decodeRecords(data.toString()).map((record) => record.text))
      })
      await once(socket, 'open', { signal: AbortSignal.timeout(10_000) })
      await expect.poll(() => lines).toEqual(['Done (1.2s)!'])
      socket.send(JSON.stringify({ input: 'say hello' }))
      const sent = () => panel.hub.requests.filter(({ method }) => method === 'console.write')
      await expect.poll(sent).toHaveLength(1)
      expect(sent()[0]?.params).toMatchObject({ serverId: id, line: 'say hello' })
      socket.terminate()
    })
  },
)
