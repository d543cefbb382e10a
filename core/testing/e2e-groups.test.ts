import { existsSync, globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { alone, long, withBrowser } from './e2e-groups.ts'

test('a file with a browser never runs beside one with containers', () => {
  const files = globSync('{core,plugins,static,views}/**/*.e2e.test.{ts,tsx}')
  const opening = files.filter((file) => /from '.*\/browser\.ts'/.test(readFileSync(file, 'utf8')))
  expect(opening.length).toBeGreaterThan(5)
  expect(opening.filter((file) => ![...withBrowser, ...alone].includes(file))).toEqual([])
})

test('the lists name files that are there', () => {
  expect([...withBrowser, ...alone, ...long].filter((file) => !existsSync(file))).toEqual([])
})
