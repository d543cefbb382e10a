import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import { nodes } from '#core/db/schema/nodes.ts'
import { enrol } from '#core/node/enrol.ts'
import { readIdentity } from '#core/node/identity.ts'
import { type TestDatabase, testDatabase } from '#core/testing/database.ts'
import { temporaryDirectory } from '#core/testing/link.ts'
import { recordingListener } from '#core/testing/link-listener.ts'
import { plainSecrets } from '#core/testing/link-stores.ts'
import { loadAuthority } from './authority.ts'
import { openAuthorityStore } from './authority-store.ts'
import { openCertificateStore, revokeCertificates } from './certificate-store.ts'
import { createEnrolmentToken } from './enrol.ts'
import { openHub } from './hub.ts'
import { openLinkListener } from './listener.ts'

let database: TestDatabase
const directories: string[] = []

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(async () => {
  await database[Symbol.asyncDispose]()
  for (const directory of directories) rmSync(directory, { recursive: true, force: true })
})

async function newNode(): Promise<string> {
  const id = randomUUID()
  const node = { id, name: id, publicAddress: '127.0.0.1', portFrom: 20_000, portTo: 20_100 }
  await database.withSystem((tx) => tx.insert(nodes).values(node))
  return id
}

const loaded = () => loadAuthority({ store: openAuthorityStore(database), secrets: plainSecrets })

test('two panels that start at once agree on one authority, and its key is sealed', async () => {
  const [one, two] = await Promise.all([loaded(), loaded()])
  expect(one.pin).toBe(two.pin)
  const links = await Promise.all([one.link(), two.link()])
  expect(links[0].certificate).toBe(links[1].certificate)
  const stored = await openAuthorityStore(database).read('link.authority')
  expect(JSON.stringify(stored)).not.toContain('PRIVATE KEY')
})

test('enrolment over the port writes certificate, token and node in one go', async () => {
  const authority = await loaded()
  const certificates = openCertificateStore(database)
  const deps = { authority, certificates, log: silentLog }
  await using hub = openHub({ ...deps, listener: recordingListener() })
  await using port = await openLinkListener({ ...deps, hub, host: '127.0.0.1', port: 0 })
  const nodeId = await newNode()
  const token = await database.withSystem((tx) => createEnrolmentToken(tx, nodeId))
  const attempt = () => {
    const directory = temporaryDirectory()
    directories.push(directory)
    return enrol({ url: `127.0.0.1:${port.port}`, token, directory, version: '1' }).then(() => readIdentity(directory))
  }
  const outcomes = await Promise.allSettled([attempt(), attempt(), attempt()])
  const won = outcomes.filter((outcome) => outcome.status === 'fulfilled')
  expect(won).toHaveLength(1)
  expect(won[0]?.value?.nodeId).toBe(nodeId)
  const [row] = await database.withSystem((tx) => tx.select().from(nodes))
  expect(row?.enrolledAt).toEqual(expect.any(String))
})

test('a token is not shown twice: only its hash is stored', async () => {
  await loaded()
  const nodeId = await newNode()
  const token = await database.withSystem((tx) => createEnrolmentToken(tx, nodeId))
  const [id = '', secret = ''] = token.replace('strk_reg_', '').split('.')
  const stored = await openCertificateStore(database).withToken(id, async (row) => row)
  expect(stored).toMatchObject({ nodeId, usedAt: null })
  expect(JSON.stringify(stored)).not.toContain(secret)
  expect(await openCertificateStore(database).withToken('unknown', async (row) => row)).toBeUndefined()
})

test('the newest certificate retires older ones; revoking takes all, of this node alone', async () => {
  const store = openCertificateStore(database)
  const [nodeId, other] = [await newNode(), await newNode()]
  const issued = () => ({
    certificate: '',
    fingerprint: randomUUID(),
    serial: '1',
    notAfter: '2030-01-01T00:00:00.000Z',
  })
  const [old, current, foreign] = [issued(), issued(), issued()]
  await store.add(nodeId, old)
  await new Promise((later) => setTimeout(later, 5)) // moments are kept to the millisecond
  await store.add(nodeId, current)
  await store.add(other, foreign)

  await store.retireOlder(nodeId, current.fingerprint)
  expect((await store.find(old.fingerprint))?.revokedAt).toEqual(expect.any(String))
  expect(await store.find(current.fingerprint)).toMatchObject({ nodeId, revokedAt: null })
  expect(Date.parse((await store.find(current.fingerprint))?.notAfter ?? '')).toBe(Date.parse(current.notAfter))

  await database.withSystem((tx) => revokeCertificates(tx, nodeId))
  expect((await store.find(current.fingerprint))?.revokedAt).toEqual(expect.any(String))
  expect((await store.find(foreign.fingerprint))?.revokedAt).toBeNull()
  expect(await store.find('unknown')).toBeUndefined()
})
