import { randomUUID, X509Certificate } from 'node:crypto'
import { rmSync, statSync } from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { enrol } from '#core/node/enrol.ts'
import { ask } from '#core/node/enrol-request.ts'
import { readIdentity } from '#core/node/identity.ts'
import { createRequest } from '#core/protocol/identity.ts'
import { linkServerName } from '#core/protocol/version.ts'
import { openTestPanel, type TestPanel, temporaryDirectory } from '#core/testing/link.ts'

function folder(): string {
  const directory = temporaryDirectory()
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

const at = (panel: TestPanel, token: string, directory = folder()) => ({
  url: panel.url,
  token,
  directory,
  version: '1',
})

/** The enrolment as anybody could send it. */
async function post(panel: TestPanel, body: unknown) {
  const tls = { ca: panel.authority.certificate, servername: linkServerName }
  const answer = await ask(new URL('/node/v1/enroll', panel.url), { tls, body })
  return { status: answer.status, ...JSON.parse(answer.body) }
}

test('a machine with a token becomes a node with a certificate of its own, readable by its owner alone', async () => {
  await using panel = await openTestPanel()
  const nodeId = randomUUID()
  const directory = folder()
  expect(readIdentity(directory)).toBeUndefined()

  expect(await enrol(at(panel, panel.token(nodeId), directory))).toEqual({ nodeId })

  const identity = readIdentity(directory)
  expect(identity?.nodeId).toBe(nodeId)
  expect(new X509Certificate(identity?.certificate ?? '').subjectAltName).toContain(nodeId)
  expect(statSync(join(directory, 'identity.json')).mode & 0o777).toBe(0o600)
  expect(() => statSync(join(directory, 'enrolment.json'))).toThrow('ENOENT') // the unused key is gone
  expect([...panel.stores.certificates.values()].map((row) => row.nodeId)).toEqual([nodeId])
})

test('a panel with another authority is refused before the secret is sent', async () => {
  await using panel = await openTestPanel()
  await using other = await openTestPanel()
  const heard: string[] = []
  const link = await other.authority.link()
  const between = createServer({ key: link.key, cert: link.certificate }, (request, response) => {
    heard.push(`${request.method} ${request.url}`)
    request.on('data', (bytes) => heard.push(String(bytes)))
    response.end(other.authority.certificate)
  })
  await new Promise<void>((ready) => between.listen(0, '127.0.0.1', ready))
  onTestFinished(() => void between.close())
  const address = between.address()
  const url = `https://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  const token = panel.token(randomUUID())

  await expect(enrol({ ...at(panel, token), url })).rejects.toMatchObject({ code: 'pin-mismatch' })
  expect(heard).toEqual(['GET /node/v1/ca'])
})

test('one that shows the right authority but has not its key gets no secret either', async () => {
  await using panel = await openTestPanel()
  await using other = await openTestPanel()
  const heard: string[] = []
  const link = await other.authority.link()
  const between = createServer({ key: link.key, cert: link.certificate }, (request, response) => {
    heard.push(`${request.method} ${request.url}`)
    response.end(panel.authority.certificate)
  })
  await new Promise<void>((ready) => between.listen(0, '127.0.0.1', ready))
  onTestFinished(() => void between.close())
  const address = between.address()
  const url = `https://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`

  await expect(enrol({ ...at(panel, panel.token(randomUUID())), url })).rejects.toMatchObject({
    code: 'panel-unreachable',
    message: expect.stringContaining('does not prove to be the panel'),
  })
  expect(heard).toEqual(['GET /node/v1/ca'])
})

test('a token works for one machine: another one is refused, also when both come at once', async () => {
  await using panel = await openTestPanel()
  const token = panel.token(randomUUID())
  const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => enrol(at(panel, token))))
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'enrolment-refused', status: 409 })
  }
  expect(panel.stores.certificates.size).toBe(1)
})

test('a machine whose answer was lost may ask again with the same key', async () => {
  await using panel = await openTestPanel()
  const nodeId = randomUUID()
  const token = panel.token(nodeId)
  const { request } = await createRequest()
  const body = { token, csr: request, hostname: 'h', version: '1' }
  expect(await post(panel, body)).toMatchObject({ status: 200, nodeId })
  expect(await post(panel, body)).toMatchObject({ status: 200, nodeId })
  const another = await createRequest()
  expect(await post(panel, { ...body, csr: another.request })).toMatchObject({ status: 409, code: 'token_used' })
})

test('an enrolment that failed half-way goes on with the key it had', async () => {
  await using panel = await openTestPanel()
  const token = panel.token(randomUUID())
  const directory = folder()
  const { withToken } = panel.stores
  panel.stores.withToken = async (id, work) => {
    await withToken.call(panel.stores, id, work)
    throw new Error('the answer was lost')
  }
  await expect(enrol(at(panel, token, directory))).rejects.toMatchObject({ status: 500 })
  expect(readIdentity(directory)).toBeUndefined()
  panel.stores.withToken = withToken
  await enrol(at(panel, token, directory))
  expect(readIdentity(directory)).toBeDefined()
})

test('a token that is expired, unknown, changed or no token at all is refused, each in its words', async () => {
  await using panel = await openTestPanel()
  const valid = panel.token(randomUUID())
  const secret = valid.split('.')[1] ?? ''
  const changed = valid.replace(
    secret,
    secret.replace(/^./, (first) => (first === 'a' ? 'b' : 'a')),
  )
  const table = [
    { token: panel.token(randomUUID(), -1), says: { status: 410, message: 'This token has expired.' } },
    { token: valid.replace(/^strk_reg_.{8}/, 'strk_reg_AAAAAAAA'), says: { status: 401 } },
    { token: changed, says: { status: 401 } },
    { token: 'strk_reg_nonsense', says: { code: 'token-malformed' } },
  ]
  for (const { token, says } of table) await expect(enrol(at(panel, token))).rejects.toMatchObject(says)
  expect(panel.stores.certificates.size).toBe(0)
})

test('a request that is not understood does not cost the token', async () => {
  await using panel = await openTestPanel()
  const token = panel.token(randomUUID())
  expect(await post(panel, { token, csr: 'nonsense', hostname: 'h', version: '1' })).toMatchObject({ status: 400 })
  expect(await post(panel, { token })).toMatchObject({ status: 400 })
  expect(await post(panel, 'x'.repeat(9000))).toMatchObject({ status: 413 })
  await enrol(at(panel, token))
})

test('an address that guesses is stopped, with a right token too', async () => {
  await using panel = await openTestPanel()
  const { request } = await createRequest()
  const body = { token: panel.token(randomUUID()), csr: request, hostname: 'h', version: '1' }
  const wrong = { ...body, token: body.token.replace(/^strk_reg_.{8}/, 'strk_reg_AAAAAAAA') }
  for (let attempt = 0; attempt < 10; attempt += 1) expect(await post(panel, wrong)).toMatchObject({ status: 401 })
  expect(await post(panel, wrong)).toMatchObject({ status: 429 })
  expect(await post(panel, body)).toMatchObject({ status: 429 })
})

test('a machine whose clock is wrong is told so, and keeps its token', async () => {
  await using panel = await openTestPanel()
  const token = panel.token(randomUUID())
  const late = { ...at(panel, token), now: () => Date.now() - 2 * 3_600_000 }
  await expect(enrol(late)).rejects.toMatchObject({
    code: 'clock-skew',
    message: expect.stringContaining('120 min behind'),
  })
  expect([...panel.stores.tokens.values()].map(({ usedAt }) => usedAt)).toEqual([null])
})

test('what is not the link port is named', async () => {
  await using panel = await openTestPanel()
  const nobody = { ...at(panel, panel.token(randomUUID())), url: 'https://127.0.0.1:1' }
  await expect(enrol(nobody)).rejects.toMatchObject({
    code: 'panel-unreachable',
    hint: expect.stringContaining('link port'),
  })
  await expect(enrol({ ...nobody, url: 'panel:x:y' })).rejects.toMatchObject({ code: 'address-malformed' })
})

test('without a certificate there is nothing but the two addresses', async () => {
  await using panel = await openTestPanel()
  const tls = { rejectUnauthorized: false }
  for (const path of ['/', '/node/v1/link', '/node/v1/enroll', '/node/v1/ca?x', '/node/v1/ca/x']) {
    expect((await ask(new URL(panel.url + path), { tls })).status).toBe(404)
  }
})
