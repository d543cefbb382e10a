import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PublicError } from '#core/base/errors.ts'
import { silentLog } from '#core/base/log.ts'
import { connect } from '#core/db/client.ts'
import { openAt } from '#core/db/open.ts'
import { createApp } from '#core/panel/app.tsx'
import { power } from '#core/panel/servers/power.ts'
import { apiClient, type TestPanel, testPanel } from '#core/testing/panel.ts'
import { networkOf, openSharedLimit, type Try } from './shared-limit.ts'
import { removeEndedCounters } from './shared-limit-store.ts'

const clock = { now: 1_800_000_000_000 }
const now = () => clock.now
let panel: TestPanel
beforeAll(async () => {
  panel = await testPanel({ now, config: { apiPerMinute: 40 } })
})
afterAll(async () => {
  await panel[Symbol.asyncDispose]()
})

const three = { name: 'three', tries: 3, windowMs: 60_000 }
const many = { name: 'many', tries: 1000, windowMs: 60_000 }
const outcome = async (work: Promise<void>): Promise<unknown> =>
  await work.then(
    () => 'taken',
    (error: unknown) => (error instanceof PublicError ? error.details : error),
  )

describe('tries that are counted in the database', () => {
  test('a second panel and a restarted one count on', async () => {
    await using second = await openAt(panel.database.target, undefined, silentLog)
    const here = openSharedLimit({ database: panel.database, now })
    const there = openSharedLimit({ database: second, now })
    await here.take([three, 'shared'])
    await there.take([three, 'shared'])
    await here.take([three, 'shared'])
    clock.now += 20_000
    const refusal = { retryAfterSeconds: 40, limit: 'three', policy: '"three";q=3;w=60' }
    expect(await outcome(there.take([three, 'shared']))).toEqual(refusal)
    expect(await outcome(openSharedLimit({ database: second, now }).take([three, 'shared']))).toEqual(refusal)
    clock.now += 40_001
    expect(await outcome(there.take([three, 'shared']))).toBe('taken')
  })

  test('attack 36: what is refused for one is not counted for another', async () => {
    const limit = openSharedLimit({ database: panel.database, now })
    const from = (address: string): Try[] => [
      [three, `${address} victim`],
      [many, 'victim'],
    ]
    for (let i = 0; i < 50; i++) {
      // Past the second for which a refusal is remembered, so that the database is asked.
      clock.now += 1001
      await outcome(limit.take(...from('203.0.113.9')))
    }
    expect(await outcome(limit.take(...from('198.51.100.4')))).toBe('taken')
    const counts = await count('many:%')
    expect(counts).toEqual([4])
  })

  test('fifty tries at once do not slip past one another', async () => {
    const limit = openSharedLimit({ database: panel.database, now })
    const all = await Promise.all(Array.from({ length: 50 }, () => outcome(limit.take([three, 'raced']))))
    expect(all.filter((each) => each === 'taken')).toHaveLength(3)
  })

  test('tries are given back or forgotten, in whatever order they are asked for at the same time', async () => {
    const limit = openSharedLimit({ database: panel.database, now })
    const a: Try = [many, 'a']
    const b: Try = [many, 'b']
    await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        const [first, second] = i % 2 === 0 ? [a, b] : [b, a]
        await limit.take(first, second)
        await limit.giveBack({ undone: [second, first] })
      }),
    )
    for (let i = 0; i < 3; i++) await limit.take([three, 'cleared'])
    await limit.giveBack({ cleared: [[three, 'cleared']] })
    expect(await outcome(limit.take([three, 'cleared']))).toBe('taken')
  })

  test('a counter names nobody, and goes when its window is over', async () => {
    await openSharedLimit({ database: panel.database, now }).take([three, 'ada@panel.test'])
    const rows = await keys()
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.join(' ')).not.toContain('ada')
    clock.now += 60_001
    await panel.database.withSystem((tx) => removeEndedCounters(tx, clock.now))
    expect(await keys()).toEqual([])
  })
})

test.each([
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['203.0.113.9', '203.0.113.9'],
  [undefined, ''],
])('%s is counted as %s: whoever has a network has all its addresses', (address, network) => {
  expect(networkOf(address)).toBe(network)
})

describe('the API', () => {
  test('says how many requests a key has left, refuses more, and leaves other keys alone', async () => {
    clock.now += 3_600_000
    const [one, other] = [await panel.owner.api(), await panel.owner.api()]
    const first = await one.get('/account')
    expect(first.headers.get('ratelimit-policy')).toBe('"api";q=40;w=60')
    expect(first.headers.get('ratelimit')).toBe('"api";r=39;t=60')
    for (let i = 0; i < 39; i++) expect((await one.get('/account')).status).toBe(200)
    clock.now += 15_000
    const refused = await one.get('/account')
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('45')
    expect(refused.headers.get('ratelimit')).toBe('"api";r=0;t=45')
    expect(await refused.json()).toMatchObject({ code: 'too-many-tries', retryAfterSeconds: 45, limit: 'api' })
    expect((await other.get('/account')).status).toBe(200)
    clock.now += 45_001
    expect((await one.get('/account')).status).toBe(200)
  })

  test('several panels let through hardly more than one, and ask the database once in many requests', async () => {
    clock.now += 3_600_000
    await using database = await openAt(panel.database.target, undefined, silentLog)
    const second = createApp({ ...panel.context, database })
    const one = await panel.owner.api()
    const other = apiClient(second, one.key)
    const answers: number[] = []
    for (let i = 0; i < 60; i++) {
      answers.push((await (i % 2 === 0 ? one : other).get('/account')).status)
    }
    const served = answers.filter((status) => status === 200).length
    expect(served).toBeGreaterThanOrEqual(40)
    // A twentieth of forty for each panel, and what is on its way.
    expect(served).toBeLessThanOrEqual(50)
  })

  test('asks for everything about an account ten times in ten minutes', async () => {
    clock.now += 3_600_000
    const [one, other] = [await panel.owner.api(), await (await panel.addUser('Bob')).api()]
    for (let i = 0; i < 10; i++) expect((await one.post('/account/export')).status).toBe(200)
    const refused = await one.post('/account/export')
    expect(refused.status).toBe(429)
    expect(refused.headers.get('ratelimit')).toBe('"account-export";r=0;t=600')
    expect((await other.post('/account/export')).status).toBe(200)
  })

  test('gives a person three hundred power actions a minute, over all their keys and pages', async () => {
    clock.now += 3_600_000
    const ask = () =>
      outcome(
        power(panel.context, panel.owner.actor, { serverId: crypto.randomUUID(), action: 'start' }).then(() => {}),
      )
    const answers: unknown[] = []
    for (let i = 0; i < 301; i++) answers.push(await ask())
    expect(answers.filter((answer) => isRefused(answer))).toHaveLength(1)
    expect(isRefused(answers.at(-1))).toBe(true)
  })

  test('pages are not counted', async () => {
    const browser = await panel.owner.browser()
    expect((await browser.get('/servers')).headers.get('ratelimit')).toBeNull()
  })
})

const isRefused = (answer: unknown): boolean =>
  typeof answer === 'object' && answer !== null && 'retryAfterSeconds' in answer

async function keys(): Promise<string[]> {
  const sql = connect(panel.database.superuser, { max: 1 })
  try {
    return (await sql<{ key: string }[]>`select key from panel.rate_limits`).map(({ key }) => key)
  } finally {
    await sql.end()
  }
}

async function count(pattern: string): Promise<number[]> {
  const sql = connect(panel.database.superuser, { max: 1 })
  try {
    const rows = await sql<{ count: number }[]>`select count from panel.rate_limits where key like ${pattern}`
    return rows.map(({ count: value }) => value)
  } finally {
    await sql.end()
  }
}
