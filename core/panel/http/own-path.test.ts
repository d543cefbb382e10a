import { describe, expect, test } from 'vitest'
import { ownPath } from './own-path.ts'

describe('a return address', () => {
  test.each(['/servers', '/servers?state=running&q=a%20b', '/', '/account'])('%s is ours', (path) => {
    expect(ownPath(path)).toBe(path)
  })

  test.each([
    undefined,
    '',
    'servers',
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/.//evil.example',
    'javascript:alert(1)',
  ])('%j is not', (path) => {
    expect(ownPath(path)).toBeUndefined()
  })
})
