// What stands in a cell stays text, whatever somebody called their server.
import { describe, expect, test } from 'vitest'
import { csvLine } from './csv.ts'

describe('a line for spreadsheets', () => {
  test.each([
    '=HYPERLINK("http://evil.example","click")',
    '+1+1',
    "-2+3+cmd|' /C calc'!A0",
    '@SUM(1+1)',
    '\t=1+1',
    '\r=1+1',
    '\n=1+1',
    '  =1+1',
    '\u0000=1+1',
    '＝1+1',
  ])('tells that %j is text', (evil) => {
    expect(csvLine([evil])).toBe(`"'${evil.replaceAll('"', '""')}"\r\n`)
  })

  test('keeps quotes, commas, line breaks and numbers as they are', () => {
    expect(csvLine([7, 'a "b", c\nd', undefined, 'Ada'])).toBe('7,"a ""b"", c\nd","","Ada"\r\n')
  })
})
