// The list of parts, drawn from the real bundle: what has to be on it, with what, and what must not.
import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { bundle } from './bundle.ts'
import { type Component, componentsOf } from './components.ts'
import { hostTarget } from './targets.ts'

let parts: Component[]
const part = (name: string) => parts.find((component) => component.name === name)

beforeAll(async () => {
  parts = await componentsOf(hostTarget(), (await bundle()).inputs)
})

test('what is in the bundle is on the list, with version, licence, text and checksum', () => {
  const { version } = JSON.parse(readFileSync('node_modules/hono/package.json', 'utf8')) as { version: string }
  expect(part('hono')).toMatchObject({
    version,
    licence: 'MIT',
    purl: `pkg:npm/hono@${version}`,
    integrity: expect.stringMatching(/^sha512-/),
    texts: [expect.stringContaining('Permission is hereby granted')],
  })
})

test('so are Node, PostgreSQL with its libraries, vendored scripts, fonts and icons, each with its text', () => {
  for (const name of ['node', 'PostgreSQL', 'OpenSSL', 'ICU', 'zlib', 'libxml2', 'XZ Utils', 'htmx.org', 'uplot'])
    expect(part(name)?.texts, name).not.toEqual([])
  for (const name of ['instrument-sans', 'jetbrains-mono', 'lucide']) expect(part(name)?.texts, name).not.toEqual([])
  expect(part('node')?.texts[0]).toContain('V8')
})

test('tools of a checkout are not', () => {
  for (const name of ['typescript', 'vitest', 'playwright-core', 'esbuild', '@yao-pkg/pkg', 'postject'])
    expect(part(name), name).toBeUndefined()
})

test('nothing asks for more than to be named', () => {
  const free =
    /^(0BSD|Apache-2\.0|BSD-[23]-Clause|ICU|ISC|LicenseRef-public-domain|MIT|MIT-0|OFL-1\.1|OpenSSL|PostgreSQL|Unlicense|Zlib)$/
  expect(parts.filter(({ licence }) => !licence.split(/ (?:OR|AND) |[()]/).some((each) => free.test(each)))).toEqual([])
})
