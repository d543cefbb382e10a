// The program as scripts, drawn from the real tree.
import { beforeAll, describe, expect, test } from 'vitest'
import { type Bundle, bundle } from './bundle.ts'
import { scriptFor } from './scripts.ts'

describe('the scripts of the single executable', () => {
  let made: Bundle
  beforeAll(async () => {
    made = await bundle()
  })

  test('for a node: no database, no pages, and far less than the whole', () => {
    const signs = ['drizzle:entityKind', 'text/html; charset=', 'PasskeyOptions']
    const held = (script: string) => signs.filter((sign) => script.includes(sign))
    expect(held(made.scripts.node)).toEqual([])
    expect(held(made.scripts.whole)).toEqual(signs)
    expect(made.scripts.node.length).toBeLessThan(made.scripts.whole.length * 0.6)
  })

  test('are letters of ASCII, or V8 keeps two bytes for each', () => {
    for (const script of Object.values(made.scripts)) expect(/[^\0-\x7f]/.exec(script)).toBeNull()
  })

  test.each([
    [['node'], 'node'],
    [['node', '--supervised'], 'node'],
    [['node', '--panel', 'panel.example:8443'], 'node'],
    [['node', 'list'], 'whole'],
    [['node', 'show', 'one'], 'whole'],
    [['up'], 'whole'],
    [['--version'], 'whole'],
    [[], 'whole'],
  ])('after `stellar %j`: %s', (words, script) => {
    expect(scriptFor(words)).toBe(script)
  })
})
