import { describe, expect, test } from 'vitest'
import { asText } from './log-text.ts'

describe('the log at a terminal', () => {
  test('is time, level, sentence and fields', () => {
    expect(
      asText('{"level":"info","time":"2026-11-22T08:12:01.000Z","node":"fra-1","servers":3,"msg":"A node said hello"}'),
    ).toBe('08:12:01 info  A node said hello node=fra-1 servers=3')
  })

  test('shows the stack of an error below its line', () => {
    const line = JSON.stringify({
      level: 'error',
      time: '2026-11-22T08:12:01.000Z',
      msg: 'It broke',
      error: { message: 'no', stack: 'Error: no\n    at here' },
    })
    expect(asText(line)).toBe('08:12:01 error It broke \n  Error: no\n      at here')
  })

  test('never lets a control character of a name reach the terminal', () => {
    const line = JSON.stringify({ level: 'info', time: '', msg: 'Server made', server: '\u001b]0;owned\u0007' })
    expect(asText(line)).not.toMatch(/[\u001b\u0007]/)
  })

  test('keeps what is no JSON as it is', () => {
    expect(asText('FATAL: something else')).toBe('FATAL: something else')
  })
})
