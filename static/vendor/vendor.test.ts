// The vendored files are those of the pinned packages.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root))

const files = [
  ['htmx.min.js', 'htmx.org/dist/htmx.min.js', 'htmx.org'],
  ['hx-sse.min.js', 'htmx.org/dist/ext/hx-sse.min.js', 'htmx.org'],
  ['uPlot.iife.min.js', 'uplot/dist/uPlot.iife.min.js', 'uplot'],
  ['uPlot.min.css', 'uplot/dist/uPlot.min.css', 'uplot'],
] as const

test.each(files)('%s is the file of the package', (file, source) => {
  expect(read(`static/vendor/${file}`).equals(read(`node_modules/${source}`))).toBe(true)
})

test.each(files)('%s stands in the README with its version and checksum', (file, _, name) => {
  const { version } = JSON.parse(read(`node_modules/${name}/package.json`).toString()) as { version: string }
  const row = read('static/vendor/README.md')
    .toString()
    .split('\n')
    .find((line) => line.startsWith(`| \`${file}\``))
  expect(row).toContain(`${name}@${version}`)
  expect(row).toContain(createHash('sha256').update(read(`static/vendor/${file}`)).digest('hex'))
})
