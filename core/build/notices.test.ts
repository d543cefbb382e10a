import { expect, test } from 'vitest'
import type { Component } from './components.ts'
import { notices } from './notices.ts'

const part = (name: string, values: Partial<Component> = {}): Component => ({
  name,
  version: '1.0.0',
  licence: 'MIT',
  texts: [],
  author: undefined,
  purl: `pkg:npm/${name}@1.0.0`,
  integrity: undefined,
  ...values,
})

test('every part stands with its licence, and a text that several share stands once', () => {
  const text = notices('0.1.0', 'Our own.\n', [
    part('one', { texts: ['Do as you like.\r\n'] }),
    part('two', { texts: ['Do as you like.'] }),
    part('three', { licence: 'ISC', author: 'Ada' }),
  ])
  expect(text).toContain('Stellar 0.1.0\n\nOur own.\n')
  expect(text).toContain('  one 1.0.0: MIT\n  two 1.0.0: MIT\n  three 1.0.0: ISC, Ada\n')
  expect(text.match(/Do as you like\./g)).toHaveLength(1)
  expect(text).toContain('\none 1.0.0, two 1.0.0\n')
  expect(text).not.toContain('\r')
})
