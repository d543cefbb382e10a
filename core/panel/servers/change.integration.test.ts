// What people do to a server on a real PostgreSQL: power, installing again, changing, deleting, and who may not.
import { asc, eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { activity } from '#core/db/schema/activity.ts'
import { allocations } from '#core/db/schema/allocations.ts'
import { servers } from '#core/db/schema/servers.ts'
import { type PowerAction, powerActions } from '#core/domain/server.ts'
import { sendCommand } from '#core/panel/console/send.ts'
import { createHubListener } from '#core/panel/nodes/events.ts'
import { fakeStatus } from '#core/testing/fake-hub.ts'
import { type TestPanel, type TestUser, testPanel } from '#core/testing/panel.ts'
import { addServer, factOf } from '#core/testing/test-servers.ts'
import { applyHint } from './apply-hint.ts'
import { show } from './list.ts'
import { power } from './power.ts'
import { remove } from './remove.ts'
import { retryInstall } from './retry-install.ts'
import { updateServer } from './update.ts'

let panel: TestPanel
let bob: TestUser
let nodeId: string

beforeAll(async () => {
  panel = await testPanel()
  bob = await panel.addUser('Bob')
})
beforeEach(async () => {
  nodeId = await panel.addNode({ status: fakeStatus(), enrolledAt: new Date().toISOString() })
  panel.hub.connect(nodeId)
  panel.hub.applied.length = 0
})
afterAll(() => panel[Symbol.asyncDispose]())

const rowOf = async (id: string) =>
  (await panel.database.withSystem((tx) => tx.select().from(servers).where(eq(servers.id, id))))[0]
const logOf = async (id: string) =>
  await panel.database.withSystem((tx) =>
    tx.select().from(activity).where(eq(activity.serverId, id)).orderBy(asc(activity.id)),
  )
const as = (user: TestUser, id: string, action: PowerAction) =>
  power(panel.context, user.actor, { serverId: id, action })

describe('power', () => {
  test('becomes the next numbered request, is recorded and told to the node', async () => {
    const id = await addServer(panel, nodeId, { powerRequest: 4, observedRequest: 4, revision: 9 })
    await as(panel.owner, id, 'start')
    expect(panel.hub.applied).toMatchObject([
      { nodeId, server: { id, revision: 10, power: { want: 'running', how: 'start', request: 5 } } },
    ])
    expect(await logOf(id)).toMatchObject([{ action: 'server.power.start', actorName: 'Ada', via: 'session' }])
    expect(await show(panel.context, panel.owner.actor, id)).toMatchObject({ state: 'stopped', pending: true })
  })

  test('given twenty times at once is one request', async () => {
    const id = await addServer(panel, nodeId)
    await Promise.all(Array.from({ length: 20 }, () => as(panel.owner, id, 'start')))
    expect(await rowOf(id)).toMatchObject({ powerRequest: 1, revision: 2 })
    expect(await logOf(id)).toHaveLength(1)
  })

  test.each([
    ['running', ['restart', 'stop', 'kill']],
    ['starting', ['stop', 'restart', 'kill']],
    ['stopping', ['kill']],
    ['stopped', ['start']],
    ['crashed', ['start']],
    ['installing', []],
    ['install-failed', []],
  ] as const)('of a server that is %s takes %j and refuses the rest without a trace', async (state, offered) => {
    for (const action of powerActions) {
      const id = await addServer(panel, nodeId, { state })
      const taken = (offered as readonly PowerAction[]).includes(action)
      if (taken) await as(panel.owner, id, action)
      else await expect(as(panel.owner, id, action)).rejects.toMatchObject({ code: 'power-not-offered', status: 409 })
      expect(await rowOf(id)).toMatchObject({ powerRequest: taken ? 1 : 0 })
    }
  })

  test.each([
    ['running', ['restart', 'stop', 'kill']],
    ['stopped', ['start']],
    ['installing', []],
  ] as const)('of a server that was %s when its node went takes %j, which waits', async (state, offered) => {
    panel.hub.lose(nodeId)
    for (const action of powerActions) {
      const id = await addServer(panel, nodeId, { state })
      const taken = (offered as readonly PowerAction[]).includes(action)
      if (taken) await as(panel.owner, id, action)
      else {
        const sentence = expect.stringContaining('when its node was last heard')
        await expect(as(panel.owner, id, action)).rejects.toMatchObject({ status: 409, message: sentence })
      }
      expect(await show(panel.context, panel.owner.actor, id)).toMatchObject({
        state: 'unreachable',
        pending: taken,
        pendingAction: taken ? action : undefined,
        offered,
      })
      expect(await logOf(id)).toHaveLength(taken ? 1 : 0)
    }
  })

  test('that waits for its node is replaced by a later one, and the same again is one', async () => {
    const id = await addServer(panel, nodeId, { state: 'running' })
    panel.hub.lose(nodeId)
    await as(panel.owner, id, 'stop')
    await as(panel.owner, id, 'stop')
    expect(await rowOf(id)).toMatchObject({ powerRequest: 1, powerWant: 'stopped' })
    await as(panel.owner, id, 'restart')
    expect(await rowOf(id)).toMatchObject({ powerRequest: 2, powerWant: 'running', powerHow: 'restart' })
  })
})

describe('a server of somebody else', () => {
  const doings: [string, (id: string) => Promise<unknown>][] = [
    ['power', (id) => as(bob, id, 'start')],
    ['install', (serverId) => retryInstall(panel.context, bob.actor, { serverId })],
    ['update', (id) => updateServer(panel.context, bob.actor, id, { name: 'Mine' })],
    ['limits', (id) => updateServer(panel.context, bob.actor, id, { memoryMiB: 512 })],
    ['hint', (serverId) => applyHint(panel.context, bob.actor, { serverId, hint: 'eula' })],
    ['delete', (serverId) => remove(panel.context, bob.actor, { serverId, confirmation: 'Arcadia' })],
    ['command', (serverId) => sendCommand(panel.context, bob.actor, { serverId, command: 'op bob' })],
    ['look', (id) => show(panel.context, bob.actor, id)],
  ]
  test.each(doings)('does not exist: %s', async (_, doing) => {
    const id = await addServer(panel, nodeId, { hint: 'eula' })
    const before = await rowOf(id)
    await expect(doing(id)).rejects.toMatchObject({ code: 'server-not-found', status: 404 })
    await expect(doing(crypto.randomUUID())).rejects.toMatchObject({ code: 'server-not-found' })
    await expect(doing('no id at all')).rejects.toMatchObject({ code: 'server-not-found' })
    expect(await rowOf(id)).toEqual(before)
    expect(await logOf(id)).toEqual([])
    expect(panel.hub.applied).toEqual([])
  })
})

describe('installing again', () => {
  test('counts the request and shows the server as installing at once', async () => {
    const id = await addServer(panel, nodeId, { state: 'install-failed', reason: 'exit 6', installLog: ['x'] })
    await retryInstall(panel.context, panel.owner.actor, { serverId: id })
    await retryInstall(panel.context, panel.owner.actor, { serverId: id })
    expect(await rowOf(id)).toMatchObject({ state: 'installing', installRequest: 2, reason: null, installLog: null })
    expect(panel.hub.applied).toMatchObject([{ server: { install: { request: 2 } } }])
  })

  test('is refused while the server runs', async () => {
    const id = await addServer(panel, nodeId, { state: 'running' })
    await expect(retryInstall(panel.context, panel.owner.actor, { serverId: id })).rejects.toMatchObject({
      code: 'install-not-possible',
    })
  })
})

describe('update', () => {
  test('of a variable keeps the secret that was left empty and tells the node both', async () => {
    const sealed = panel.context.secrets.encrypt('hunter2')
    const id = await addServer(panel, nodeId, {
      variables: { MAX_PLAYERS: '8', PASSWORD: sealed, EULA: '0', SEED: '' },
    })
    await updateServer(panel.context, panel.owner.actor, id, { variables: { MAX_PLAYERS: '12', PASSWORD: '' } })
    expect(panel.hub.applied[0]?.server.run.environment).toMatchObject({ MAX_PLAYERS: '12', PASSWORD: 'hunter2' })
    const [entry] = await logOf(id)
    expect(entry).toMatchObject({
      action: 'server.update',
      meta: { changed: ['MAX_PLAYERS'] },
      before: null,
      after: null,
    })
    expect(JSON.stringify(await rowOf(id))).not.toContain('hunter2')
  })

  test('of name and limits is recorded as they were and as they are', async () => {
    const variables = { MAX_PLAYERS: '8', PASSWORD: panel.context.secrets.encrypt('x'), EULA: '0', SEED: '' }
    const id = await addServer(panel, nodeId, { variables })
    await updateServer(panel.context, panel.owner.actor, id, {
      name: 'Skyforge',
      memoryMiB: 512,
      variables: { SEED: '7' },
    })
    expect(await logOf(id)).toMatchObject([
      {
        action: 'server.update',
        meta: { changed: ['name', 'memoryBytes', 'SEED'] },
        before: { name: 'Arcadia', memoryBytes: 1024 ** 3 },
        after: { name: 'Skyforge', memoryBytes: 512 * 1024 ** 2 },
      },
    ])
  })

  test('that changes nothing leaves revision and log alone', async () => {
    const id = await addServer(panel, nodeId, {
      variables: { MAX_PLAYERS: '8', PASSWORD: panel.context.secrets.encrypt('x'), EULA: '0', SEED: '' },
    })
    await updateServer(panel.context, panel.owner.actor, id, { name: 'Arcadia', variables: { MAX_PLAYERS: '8' } })
    expect(await rowOf(id)).toMatchObject({ revision: 1 })
    expect(await logOf(id)).toEqual([])
  })

  test('of limits is checked against the node without counting the server twice, and may always shrink', async () => {
    const id = await addServer(panel, nodeId, { memoryBytes: 14 * 1024 ** 3 })
    await expect(updateServer(panel.context, panel.owner.actor, id, { memoryMiB: 15 * 1024 })).rejects.toMatchObject({
      fields: { memoryMiB: expect.stringContaining('14.4 GiB') },
    })
    await updateServer(panel.context, panel.owner.actor, id, { memoryMiB: 14.25 * 1024 })
    await expect(updateServer(panel.context, panel.owner.actor, id, { memoryMiB: 128 })).rejects.toMatchObject({
      fields: { memoryMiB: 'Test game needs at least 256 MiB.' },
    })
    await updateServer(panel.context, panel.owner.actor, id, { memoryMiB: 512 })
    expect(await rowOf(id)).toMatchObject({ memoryBytes: 512 * 1024 ** 2 })
  })

  test('a person changes the name and variables of their own server, but not its limits and not what is for administrators', async () => {
    const id = await addServer(panel, nodeId, { ownerId: bob.id })
    await updateServer(panel.context, bob.actor, id, { name: 'Bobs', variables: { MAX_PLAYERS: '9' } })
    await expect(updateServer(panel.context, bob.actor, id, { memoryMiB: 2048 })).rejects.toMatchObject({ status: 403 })
    await expect(updateServer(panel.context, bob.actor, id, { variables: { SEED: '1' } })).rejects.toMatchObject({
      fields: { 'variables.SEED': expect.any(String) },
    })
    expect(await rowOf(id)).toMatchObject({ name: 'Bobs', memoryBytes: 1024 ** 3, variables: { SEED: '' } })
  })
})

describe('a hint’s remedy', () => {
  test('sets the variable and starts a server that is off', async () => {
    const id = await addServer(panel, nodeId, { state: 'crashed', hint: 'eula' })
    await applyHint(panel.context, panel.owner.actor, { serverId: id, hint: 'eula' })
    expect(await rowOf(id)).toMatchObject({ hint: null, variables: { EULA: '1' }, powerHow: 'start', powerRequest: 1 })
  })

  test('is refused when the server does not have the problem', async () => {
    const id = await addServer(panel, nodeId)
    await expect(applyHint(panel.context, panel.owner.actor, { serverId: id, hint: 'eula' })).rejects.toMatchObject({
      code: 'hint-gone',
    })
  })
})

describe('delete', () => {
  const confirm = (serverId: string, confirmation: string) =>
    remove(panel.context, panel.owner.actor, { serverId, confirmation })

  test('needs the name, marks the server, and takes it away when the node says it is gone', async () => {
    const id = await addServer(panel, nodeId, { state: 'running' })
    await expect(confirm(id, 'arcadia')).rejects.toMatchObject({ fields: { name: 'Type “Arcadia” to delete it.' } })
    expect(await rowOf(id)).toMatchObject({ deletedAt: null })

    await confirm(id, ' Arcadia ')
    await confirm(id, 'Arcadia')
    expect(await show(panel.context, panel.owner.actor, id)).toMatchObject({ state: 'deleting', offered: [] })
    expect(panel.hub.applied).toMatchObject([{ server: { id, deleted: true, revision: 2 } }])
    await expect(as(panel.owner, id, 'stop')).rejects.toMatchObject({ code: 'server-deleting' })

    await createHubListener(panel.context).fact(nodeId, 'box', factOf(1, id, { kind: 'removed' }))
    expect(await rowOf(id)).toBeUndefined()
    const ports = await panel.database.withSystem((tx) =>
      tx.select().from(allocations).where(eq(allocations.serverId, id)),
    )
    expect(ports).toEqual([])
    expect((await logOf(id)).map(({ action }) => action)).toEqual(['server.delete', 'server.deleted'])
  })

  test('on a node that was never there is done at once', async () => {
    const id = await addServer(panel, await panel.addNode())
    await confirm(id, 'Arcadia')
    expect(await rowOf(id)).toBeUndefined()
    expect(panel.hub.applied).toEqual([])
  })
})

describe('a start that was asked for with the installation', () => {
  test.each(['installing', 'install-failed'] as const)('is no command on its way while it is %s', async (state) => {
    const id = await addServer(panel, nodeId, { state, powerWant: 'running', powerHow: 'start', powerRequest: 1 })
    expect(await show(panel.context, panel.owner.actor, id)).toMatchObject({ pending: false, pendingAction: undefined })
  })
})

describe('a server whose node is away', () => {
  test('is unreachable since the node was heard last, with what was true then', async () => {
    const nodeSeen = '2026-11-22T09:30:00.000Z'
    const away = await panel.addNode({ lastSeenAt: nodeSeen })
    const id = await addServer(panel, away, { state: 'running' })
    expect(await show(panel.context, panel.owner.actor, id)).toMatchObject({
      state: 'unreachable',
      lastState: 'running',
      since: nodeSeen,
      stats: undefined,
      offered: ['restart', 'stop', 'kill'],
    })
  })
})

describe('a command', () => {
  test('is recorded under the sender’s name and given to the node', async () => {
    const id = await addServer(panel, nodeId, { state: 'running' })
    await sendCommand(panel.context, panel.owner.actor, { serverId: id, command: ' say <b>hi</b> ' })
    expect(panel.hub.requests.at(-1)).toEqual({
      nodeId,
      method: 'console.write',
      params: { serverId: id, line: 'say <b>hi</b>', by: 'Ada' },
    })
    expect(await logOf(id)).toMatchObject([
      { action: 'console.command', meta: { command: 'say <b>hi</b>' }, outcome: 'done' },
    ])
  })

  test('that the node did not take is recorded as failed', async () => {
    const id = await addServer(panel, nodeId, { state: 'running' })
    panel.hub.lose(nodeId)
    await expect(
      sendCommand(panel.context, panel.owner.actor, { serverId: id, command: 'stop' }),
    ).rejects.toMatchObject({ status: 503 })
    expect((await logOf(id)).map(({ outcome }) => outcome)).toEqual(['done', 'failed'])
  })

  test.each([
    ['of two lines', 'two\nlines'],
    ['with a control character', 'bell\u0007'],
    ['that is empty', ''],
    ['that is too long', 'x'.repeat(1001)],
  ])('%s is refused before it is sent', async (_, command) => {
    const id = await addServer(panel, nodeId, { state: 'running' })
    const before = panel.hub.requests.length
    await expect(sendCommand(panel.context, panel.owner.actor, { serverId: id, command })).rejects.toMatchObject({
      status: 422,
    })
    expect(panel.hub.requests.length).toBe(before)
    expect(await logOf(id)).toEqual([])
  })
})
