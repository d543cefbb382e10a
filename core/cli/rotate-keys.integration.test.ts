// `stellar keys rotate` as a process, beside a running panel.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runCommand } from '#core/testing/command.ts'
import { startStellar } from '#core/testing/stellar.ts'

const data = mkdtempSync(join(tmpdir(), 'stellar-rotate-'))
afterAll(() => rmSync(data, { recursive: true, force: true }))

test('gives a running panel a new key, is written down, and the panel starts again with the new key alone', async () => {
  const path = join(data, 'panel/secret.key')
  let before = ''
  {
    await using panel = await startStellar({ data, command: ['panel'] })
    before = readFileSync(path, 'utf8')
    const rotated = await runCommand(['keys', 'rotate'], { data })
    expect(rotated).toMatchObject({ code: 0, sentences: [] })
    // The authority and the link's certificate, at least.
    expect(rotated.stdout).toMatch(/^There is a new key, and \d+ secrets in the database were sealed with it\./)
    const after = readFileSync(path, 'utf8')
    expect(after).not.toBe(before)
    expect(rotated.everything).not.toContain(after.trim())
    expect(rotated.everything).not.toContain(before.trim())
    for (const each of [path, `${path}.old`]) expect(statSync(each).mode & 0o777).toBe(0o600)
    // A backup opens what waits to be sealed anew as well.
    const made = await runCommand(['backup', join(data, 'copy')], { data, input: 'several words nobody guesses\n' })
    expect(made.code).toBe(0)
    const { body } = await panel.api<{ data: { action: string; via: string }[] }>('GET', '/activity')
    expect(body.data).toContainEqual(expect.objectContaining({ action: 'panel.keys.rotate', via: 'command-line' }))
  }
  expect(readFileSync(`${path}.old`, 'utf8')).toBe(before)
  const into = join(data, 'restored')
  const restored = await runCommand(['restore', join(data, 'copy')], {
    data: into,
    input: 'several words nobody guesses\n',
  })
  expect(restored.code).toBe(0)
  expect(readFileSync(join(into, 'panel/secret.key'), 'utf8')).toBe(`${readFileSync(path, 'utf8')}${before}`)
  rmSync(`${path}.old`)
  await using again = await startStellar({ data, command: ['panel'] })
  expect((await again.api('GET', '/account')).status).toBe(200)
  expect(existsSync(`${path}.old`)).toBe(false)
}, 120_000)
