// `npm ci` refuses a lockfile in which an optional package of any platform is missing; npm itself leaves them out when it
// adds a package to a folder that is installed already.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

interface Locked {
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

test('the lockfile names the packages of every platform', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Readonly<Record<string, Locked>>
  }
  const wanted = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).map((name) => [path, name] as const),
  )
  expect(wanted.length).toBeGreaterThan(50)
  const missing = wanted.filter(
    ([path, name]) =>
      !packages[`${path === '' ? '' : `${path}/`}node_modules/${name}`] && !packages[`node_modules/${name}`],
  )
  expect(missing).toEqual([])
})
