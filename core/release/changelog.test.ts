import { expect, test } from 'vitest'
import { notesOf } from './changelog.ts'

const changelog = `# Changelog

## 0.2.0 - 2026-12-01

### Added

- A thing.

## 0.1.0

### Fixed

`

test('the notes of a release are its section, whether it carries a date or not', () => {
  expect(notesOf(changelog, '0.2.0')).toBe('### Added\n\n- A thing.')
})

test.each([
  ['0.3.0', 'CHANGELOG.md has no section “## 0.3.0”; its first is “0.2.0 - 2026-12-01”.'],
  ['0.2', 'CHANGELOG.md has no section “## 0.2”'],
  ['0.1.0', 'CHANGELOG.md says nothing of 0.1.0.'],
])('%s, which it does not tell of, is refused', (version, sentence) => {
  expect(() => notesOf(changelog, version)).toThrow(sentence)
})
