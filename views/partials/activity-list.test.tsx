// Each thing that is recorded is told in words.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { powerActions } from '#core/domain/server.ts'
import { drawn } from '#core/testing/drawn.ts'
import type { ActivityView } from '#views/models.ts'
import { ActivityList } from './activity-list.tsx'

const entry = (more: Partial<ActivityView>): ActivityView => ({
  id: 1,
  at: new Date().toISOString(),
  actor: 'Ada',
  via: 'session',
  action: 'server.create',
  server: undefined,
  subject: undefined,
  address: undefined,
  outcome: 'done',
  meta: {},
  ...more,
})
const text = async (more: Partial<ActivityView>) =>
  (await drawn(<ActivityList entries={[entry(more)]} />)).replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')

/** As they stand in the sources of the panel. */
function recorded(): string[] {
  const files = readdirSync('core/panel', { recursive: true, encoding: 'utf8' })
  const found = files
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\./.test(file))
    .flatMap((file) => readFileSync(join('core/panel', file), 'utf8').match(/\baction: .*/g) ?? [])
    .flatMap((line) => [...line.matchAll(/'([a-z]+\.[a-z.-]+)'/g)])
    .map(([, action = '']) => action)
  return [...new Set([...found, ...powerActions.map((action) => `server.power.${action}`)])]
}
describe('an entry of the log', () => {
  const actions = recorded()

  test('there are actions to look at', () => {
    expect(actions.length).toBeGreaterThan(15)
  })

  test.each(actions)('%s is told in words', async (action) => {
    expect(await text({ action })).not.toContain(action)
  })

  test('says that somebody signed in, or tried to, without naming them twice', async () => {
    const signIn = { action: 'account.sign-in', subject: 'Ada' }
    expect(await text(signIn)).toContain('Ada signed in')
    expect((await text(signIn)).match(/Ada/g)).toHaveLength(1)
    expect(await text({ ...signIn, outcome: 'refused' })).toMatch(/Ada tried to sign in .*Refused/)
  })
})
