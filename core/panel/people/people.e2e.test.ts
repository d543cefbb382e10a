// The matrix of people in a browser: a role ticks its boxes, changes are told in words before they are saved, on a desk
// and on a phone, without a complaint of axe.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { expect, test } from 'vitest'
import { serverMembers } from '#core/db/schema/access.ts'
import { serverPresets } from '#core/permissions/presets.ts'
import { letIn } from '#core/testing/access.ts'
import { accessibilityProblems, openBrowser } from '#core/testing/browser.ts'
import { testPanel } from '#core/testing/panel.ts'
import { addServer } from '#core/testing/test-servers.ts'
import { urls } from '#views/urls.ts'

test('what would change is said in words, saved, and nobody else is touched', async () => {
  await using panel = await testPanel()
  const id = await addServer(panel, await panel.addNode())
  const people = [await panel.addUser('jun'), await panel.addUser('greta')]
  for (const { id: userId } of people) await letIn(panel, id, userId, serverPresets[0]?.grants ?? [])
  const answer = getRequestListener(panel.app.fetch)
  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    await using browser = await openBrowser({ colorScheme: 'dark' })
    const { cookies } = await panel.owner.browser()
    await browser.addCookies([...cookies].map(([name, value]) => ({ name, value, url: base })))
    const page = await browser.newPage()
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(String(error)))
    for (const [width, height] of [
      [1440, 900],
      [390, 844],
    ] as const) {
      await page.setViewportSize({ width, height })
      for (const path of [
        urls.serverPeople({ id }),
        urls.serverInvite({ id }),
        urls.roles(),
        urls.newRole(),
        urls.locations(),
      ]) {
        await page.goto(base + path)
        expect([path, width, await accessibilityProblems(page)]).toEqual([path, width, []])
      }
    }
    await page.goto(base + urls.serverPeople({ id }))
    const jun = page.locator('[data-person="jun"]')
    await jun.locator('[data-may="server.start"]').check()
    expect(await page.locator('[data-changes]').textContent()).toBe('jun: may also start the server.')
    expect(await jun.locator('select').inputValue()).toBe('custom')
    await jun.locator('select').selectOption('operator')
    expect(await jun.locator('[data-may="server.restart"]').isChecked()).toBe(true)
    await page.locator('button[type=reset]').click()
    await expect.poll(() => page.locator('[data-save]').textContent()).toBe('Save')
    await jun.locator('select').selectOption('operator')
    expect(await page.locator('[data-save]').textContent()).toBe('Save 1 change')
    await page.locator('[data-save]').click()
    await page.getByText('jun: Viewer → Operator.').waitFor()
    const stored = await panel.database.withSystem((tx) => tx.select().from(serverMembers))
    const of = (userId: string | undefined) => stored.find((row) => row.userId === userId)?.permissions
    expect(of(people[0]?.id)).toEqual([...(serverPresets[1]?.grants ?? [])])
    expect(of(people[1]?.id)).toEqual([...(serverPresets[0]?.grants ?? [])])
    expect(faults).toEqual([])
  } finally {
    server.closeAllConnections()
    server.close()
  }
}, 90_000)
