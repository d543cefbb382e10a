// A new key for stored secrets, on a panel whose every feature that seals was used.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import { connect } from '#core/db/client.ts'
import type { Database } from '#core/db/database.ts'
import { sealedColumns } from '#core/db/sealed-columns.ts'
import { pendingTotp } from '#core/panel/factors/totp.ts'
import { writeMailServer } from '#core/panel/mail/settings-store.ts'
import { loadAuthority } from '#core/panel/nodes/authority.ts'
import { openAuthorityStore } from '#core/panel/nodes/authority-store.ts'
import { changeNode, nodeInput } from '#core/panel/nodes/settings.ts'
import { createServer } from '#core/panel/servers/create.ts'
import { serverDraftSchema } from '#core/panel/servers/draft.ts'
import { openPanelRegistry } from '#core/plugins/open.ts'
import { fakeStatus } from '#core/testing/fake-hub.ts'
import { type Browser, origin, silentMailServer, type TestPanel, testPanel } from '#core/testing/panel.ts'
import { testBlueprint } from '#core/testing/test-blueprint.ts'
import { github } from '#plugins/index.ts'
import { rotateSecrets } from './rotate-secrets.ts'
import { formerOf } from './secret-keys.ts'
import { openSecrets, sealedText } from './secrets.ts'

/** Typed into the panel, and never to be found in its database. */
const typed = ['hunter2-variable', 'hunter2-registry', 'hunter2-mail', 'hunter2-client'] as const

let resources: AsyncDisposableStack
let panel: TestPanel
let admin: Browser
/** Everything that the panel made up or was told, and that a dump must not tell. */
let secrets: string[]

beforeEach(async () => {
  resources = new AsyncDisposableStack()
  const registry = resources.use(await openPanelRegistry({ plugins: [github()], log: silentLog }))
  panel = resources.use(
    await testPanel({
      blueprints: [testBlueprint],
      plugins: registry,
      config: { url: origin },
      mailServer: silentMailServer,
    }),
  )
  admin = await panel.owner.browser()
  secrets = await useEverything()
})
afterEach(() => resources.disposeAsync())

async function useEverything(): Promise<string[]> {
  const { context, owner } = panel
  const nodeId = await panel.addNode({ status: fakeStatus() })
  const draft = { blueprintId: 'test-game', name: 'Arcadia', nodeId, variables: { PASSWORD: typed[0] } }
  const { server } = await createServer(context, owner.actor, serverDraftSchema.parse(draft))
  const logins = [{ registry: 'registry.example', username: 'ada', password: typed[1] }]
  const node = {
    name: 'attic',
    publicAddress: 'play.test',
    portFrom: '25000',
    portTo: '25999',
    mirrors: [],
    memoryPercent: '100',
    diskPercent: '100',
    logins,
  }
  await changeNode(context, owner.actor, nodeId, nodeInput.parse(node))
  await panel.database.withSystem((tx) =>
    writeMailServer(tx, context.secrets, { ...silentMailServer, username: 'ada', password: typed[2] }),
  )
  const provider = { label: 'GitHub', enabled: 'true', 'values.clientId': 'panel', 'values.clientSecret': typed[3] }
  expect((await admin.post('/settings/providers/new/github', provider)).status).toBe(303)
  const left = await panel.browser().post('/sign-in/with/github')
  const state = /state=([\w-]+)/.exec(left.headers.get('refresh') ?? '')?.[1] ?? ''
  expect(state).not.toBe('')
  expect((await admin.post('/account/security/totp')).status).toBe(303)
  const totp = await pendingTotp(context, owner.actor, { issuer: 'x', email: 'x' })
  await panel.browser().post('/forgot-password', { email: owner.email })
  await expect.poll(async () => (await panel.mailed(owner.email)).length).toBe(1)
  const link = /token=([\w-]+)/.exec((await panel.mailed(owner.email))[0]?.text ?? '')?.[1] ?? ''
  expect(link).not.toBe('')
  await loadAuthority({ store: openAuthorityStore(panel.database), secrets: context.secrets }).then((one) => one.link())
  const api = await panel.owner.api()
  panel.hub.connect(nodeId)
  const token: unknown = await (await api.get(`/servers/${server.id}/console-token`)).json()
  expect(token).toMatchObject({ consoleToken: expect.any(String) })
  const { consoleToken } = token as { consoleToken: string }
  return [
    ...typed,
    consoleToken,
    state,
    totp?.secret ?? 'none',
    link,
    api.key,
    ...admin.cookies.values(),
    'PRIVATE KEY',
  ]
}

/** Everything that lies in the database, by table and column. */
async function dump(): Promise<Map<string, string>> {
  const sql = connect(panel.database.superuser, { max: 1 })
  try {
    const columns = await sql<{ table: string; column: string }[]>`
      select table_name as table, column_name as column from information_schema.columns where table_schema = 'panel'`
    const found = new Map<string, string>()
    for (const { table, column } of columns) {
      const rows = await sql<{ text: string | null }[]>`
        select ${sql(column)}::text as text from panel.${sql(table)}`
      found.set(`${table}.${column}`, rows.map(({ text }) => text ?? '').join('\n'))
    }
    return found
  } finally {
    await sql.end()
  }
}

const keyFile = () => join(panel.context.config.dataDirectory, 'panel/secret.key')
const options = (environment: Record<string, string> = {}) => ({
  dataDirectory: panel.context.config.dataDirectory,
  environment,
})

/** Sealed texts by place, in the clear. */
async function opened(): Promise<string[]> {
  const box = panel.context.secrets
  return [...(await dump())]
    .flatMap(([place, text]) => [...text.matchAll(sealedText)].map(([sealed]) => `${place} ${box.decrypt(sealed)}`))
    .toSorted()
}

async function versions(): Promise<string[]> {
  const all = [...(await dump()).values()].flatMap((text) => [...text.matchAll(sealedText)].map(([, one]) => one ?? ''))
  return [...new Set(all)].toSorted()
}

describe('what is sealed in the database', () => {
  test('is where the list says, and a dump tells no secret', async () => {
    const found = await dump()
    const places = [...found].filter(([, text]) => text.search(sealedText) >= 0).map(([place]) => place)
    const listed = sealedColumns.map(({ table, column }) => `${table}.${column}`)
    expect(places.toSorted()).toEqual(listed.toSorted())
    for (const secret of secrets)
      expect([secret, [...found].filter(([, text]) => text.includes(secret)).map(([place]) => place)]).toEqual([
        secret,
        [],
      ])
  })
})

describe('a new key', () => {
  test('seals everything anew while the panel runs, which reads and writes with it at once', async () => {
    const before = await opened()
    const [oldKey, oldVersions] = [readFileSync(keyFile(), 'utf8'), await versions()]
    const rotation = await rotateSecrets(panel.database, options())
    expect(rotation).toEqual({ kind: 'new-key', renewed: before.length, unreadable: 0 })
    expect(readFileSync(keyFile(), 'utf8')).not.toBe(oldKey)
    expect(readFileSync(formerOf(keyFile()), 'utf8')).toBe(oldKey)
    expect(await opened()).toEqual(before)
    const now = await versions()
    expect(now).toHaveLength(1)
    expect(now).not.toEqual(oldVersions)
    expect(panel.context.secrets.encrypt('x')).toContain(`v1.${now[0]}.`)
  })

  test('killed at any point everything can be read, and the next call finishes', async () => {
    const before = await opened()
    for (let allowed = 1; allowed < 6; allowed++) {
      await expect(rotateSecrets(dyingAfter(allowed), options())).rejects.toThrow('killed')
      expect(await opened()).toEqual(before)
      expect((await openSecrets(options())).versions().length).toBe(2)
    }
    expect(await versions()).toHaveLength(2)
    expect(await rotateSecrets(panel.database, options())).toMatchObject({ kind: 'resumed', unreadable: 0 })
    expect(await versions()).toHaveLength(1)
    expect(await opened()).toEqual(before)
  })

  test('two at once, one after the other, and while the panel writes: nothing is lost', async () => {
    const before = await opened()
    await Promise.all([
      rotateSecrets(panel.database, options()),
      rotateSecrets(panel.database, options()),
      admin.post('/account/security/totp'),
    ])
    expect(await opened()).toHaveLength(before.length)
    await rotateSecrets(panel.database, options())
    await rotateSecrets(panel.database, options())
    expect(await opened()).toHaveLength(before.length)
  })

  test('from the environment: the old one opens until everything is sealed with the new one', async () => {
    const before = await opened()
    const environment = {
      STELLAR_SECRET_KEY: 'a'.repeat(64),
      STELLAR_SECRET_KEY_OLD: readFileSync(keyFile(), 'utf8').trim(),
    }
    const rotation = await rotateSecrets(panel.database, options(environment))
    expect(rotation).toEqual({ kind: 'environment', renewed: before.length, unreadable: 0 })
    const box = await openSecrets(options({ STELLAR_SECRET_KEY: 'a'.repeat(64) }))
    expect(await versions()).toEqual([box.version()])
  })

  test('is refused where the present one is not that of the database, and changes nothing', async () => {
    const before = await dump()
    await expect(rotateSecrets(panel.database, options({ STELLAR_SECRET_KEY: 'b'.repeat(64) }))).rejects.toMatchObject({
      code: 'secret-key-changed',
    })
    writeFileSync(keyFile(), `${'c'.repeat(64)}\n`)
    await expect(rotateSecrets(panel.database, options())).rejects.toMatchObject({ code: 'secret-key-changed' })
    expect(readFileSync(keyFile(), 'utf8')).toBe(`${'c'.repeat(64)}\n`)
    rmSync(keyFile())
    await expect(rotateSecrets(panel.database, options())).rejects.toMatchObject({ code: 'secret-key-unreadable' })
    expect(existsSync(keyFile())).toBe(false)
    expect(await dump()).toEqual(before)
  })
})

/** The database of a process that is killed after so many transactions, in the middle of the next. */
function dyingAfter(allowed: number): Database {
  let left = allowed
  return {
    ...panel.database,
    withSystem: (work) =>
      panel.database.withSystem(async (tx) => {
        const result = await work(tx)
        if (left-- <= 0) throw new Error('killed')
        return result
      }),
  }
}
