import { describe, expect, it } from 'vitest'
import { levelOf, levelOfText } from './console-level.js'

describe('the level of a line', () => {
  it.each([
    ['Paper', '[Server thread/ERROR]: Could not pass event', 'error'],
    ['Paper', '[Server thread/WARN]: Can’t keep up!', 'warn'],
    ['Paper', '[12:39:30 INFO]: Saved the game', ''],
    ['Luanti', '2026-11-22 08:12:00: ERROR[Main]: mod not found', 'error'],
    ['Luanti', '2026-11-22 08:12:00: WARNING[Server]: slow step', 'warn'],
    ['Unity', 'NullReferenceException: Object reference not set', 'error'],
    ['Java', 'java.lang.NullPointerException: Cannot invoke "Shop.getOwner()"', 'error'],
    ['Java', 'Caused by: java.io.IOException: no', 'error'],
    ['Python', 'Traceback (most recent call last):', 'error'],
    ['a shell', 'error: no such file', 'error'],
    ['a shell', 'warning: deprecated', 'warn'],
    ['chat', '<jun> I got an error yesterday, can you warn me', ''],
    ['a count', 'Loaded 214 mods, 0 errors', ''],
    ['chat in capitals, far to the right', `${' '.repeat(200)} ERROR `, ''],
  ] as const)('%s: %s', (_, text, level) => {
    expect(levelOfText(text, '')).toBe(level)
  })

  it('is that of the line above within a stack trace', () => {
    expect(levelOfText('    at com.example.Listener.onClick(Listener.java:214)', 'error')).toBe('error')
    expect(levelOfText('    at com.example.Listener.onClick(Listener.java:214)', '')).toBe('')
  })

  it('is none for commands, whatever they say', () => {
    expect(levelOf({ number: 1, at: 0, kind: 'i', text: 'mara\tsay ERROR' }, '> say ERROR', 'error')).toBe('')
  })

  it('is a warning for a sentence of Stellar about a crash, and none for a start', () => {
    const own = { number: 1, at: 0, kind: 's', text: '' } as const
    expect(levelOf(own, '[Stellar] Crashed with exit code 1', '')).toBe('warn')
    expect(levelOf(own, '[Stellar] Started', '')).toBe('')
  })
})
