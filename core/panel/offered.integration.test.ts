// Pages offer what whoever looks may do, and nothing else: a button that ends in a refusal is a mistake of ours.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serverPresets } from '#core/permissions/presets.ts'
import { giveRole, letIn } from '#core/testing/access.ts'
import { fakeStatus } from '#core/testing/fake-hub.ts'
import { type Browser, type TestPanel, testPanel } from '#core/testing/panel.ts'
import { addServer } from '#core/testing/test-servers.ts'
import { urls } from '#views/urls.ts'

let panel: TestPanel
let nodeId: string
const exit = { code: 1, outOfMemory: true, at: '2026-11-28T12:00:00.000Z', unexpected: true, lastLines: ['boom'] }

beforeAll(async () => {
  panel = await testPanel()
  nodeId = await panel.addNode({ status: fakeStatus(), enrolledAt: new Date().toISOString() })
  panel.hub.connect(nodeId)
})
afterAll(() => panel[Symbol.asyncDispose]())

/** The one form of a list, which its rows fill in, and files of what is shown: they change nothing by themselves. */
const harmless = (action: string): boolean => action === urls.servers() || action.endsWith('/activity/export')

/** Addresses of forms that can be sent and change something, but for those of every page. */
function offered(page: string): string[] {
  const main = page.slice(page.indexOf('<main'), page.indexOf('</main>'))
  return [...main.matchAll(/<form[^>]*method="post"[^>]*action="([^"]+)"[^]*?<\/form>/g)].flatMap(
    ([form, action = '']) =>
      [...form.matchAll(/<button[^>]*type="submit"[^>]*>/g)].some(([button]) => !/ disabled/.test(button))
        ? [action]
        : [],
  )
}

/** Of each page that opens, what it offers. */
async function visit(browser: Browser, paths: readonly string[]): Promise<string[]> {
  const all: string[] = []
  for (const path of paths) {
    const answer = await browser.get(path)
    const page = await answer.text()
    if (answer.status !== 200) continue
    const actions = offered(page).filter((action) => !harmless(action))
    all.push(...actions.map((action) => `${path}: ${action}`))
  }
  return all
}

const pagesOf = (id: string) => [
  urls.servers(),
  ...[urls.server, urls.serverStartup, urls.serverSettings, urls.serverActivity].map((url) => url({ id })),
]

test.each(['running', 'crashed', 'install-failed', 'stopped'] as const)(
  'a viewer is offered no change of a server that is %s',
  async (state) => {
    const id = await addServer(panel, nodeId, { state, exit, hint: 'eula', reason: 'It crashed.' })
    const viewer = await panel.addUser('Vera')
    await letIn(panel, id, viewer.id, serverPresets.find((preset) => preset.id === 'viewer')?.grants ?? [])
    expect(await visit(await viewer.browser(), pagesOf(id))).toEqual([])
    // Whoever owns it is offered some, or this test looks at nothing.
    expect((await visit(await panel.owner.browser(), pagesOf(id))).length).toBeGreaterThan(3)
  },
)

test('nobody is offered a change of a suspended server but to lift that, to give it away or to delete it', async () => {
  const bob = await panel.addUser('Bob')
  const suspension = { suspendedAt: new Date().toISOString(), suspendedReason: 'unpaid' }
  const id = await addServer(panel, nodeId, { state: 'crashed', exit, hint: 'eula', ownerId: bob.id, ...suspension })
  expect(await visit(await bob.browser(), pagesOf(id))).toEqual([])
  const lists = (await visit(await panel.owner.browser(), pagesOf(id).slice(1))).map((line) => line.split(': ')[1])
  expect(lists).toEqual([urls.serverSuspension({ id }), urls.serverOwner({ id })])
})

test('who only sees nodes, locations, roles and users is offered no change of them', async () => {
  const clerk = await panel.addUser('Clerk')
  await giveRole(panel, clerk.id, { permissions: ['node.view', 'location.view', 'role.view', 'user.view'] })
  const preset = urls.role({ roleId: '00000000-0000-4000-8000-000000000002' })
  const paths = [urls.nodes(), urls.node({ nodeId }), urls.locations(), urls.roles(), preset, urls.users()]
  const person = urls.user({ userId: panel.owner.id })
  expect(await visit(await clerk.browser(), [...paths, person])).toEqual([])
  expect((await visit(await panel.owner.browser(), paths)).length).toBeGreaterThan(3)
})
