import { describe, expect, it } from 'vitest'
import { createCommandHistory } from './command-history.js'

describe('the command history', () => {
  it('goes back with ↑ and returns to what was typed with ↓', () => {
    const history = createCommandHistory(['list', 'save-all'])
    expect(history.older('')).toBe('save-all')
    expect(history.older('save-all')).toBe('list')
    expect(history.older('list')).toBe('list')
    expect(history.newer('list')).toBe('save-all')
    expect(history.newer('save-all')).toBe('')
  })

  it('brings only commands that begin with what was typed', () => {
    const history = createCommandHistory(['say hello', 'list', 'say bye', 'stop'])
    expect(history.older('say')).toBe('say bye')
    expect(history.older('say bye')).toBe('say hello')
    expect(history.older('say hello')).toBe('say hello')
    expect(history.newer('say hello')).toBe('say bye')
    expect(history.newer('say bye')).toBe('say')
  })

  it('leaves what is typed alone when nothing was brought back', () => {
    expect(createCommandHistory(['list']).newer('gi')).toBe('gi')
  })

  it('keeps a command once, the last hundred, and nothing that is no text', () => {
    const history = createCommandHistory(['list', 7, null, 'stop'])
    expect(history.add('list')).toEqual(['stop', 'list'])
    for (let count = 0; count < 150; count++) history.add(`say ${count}`)
    expect(history.add('end')).toHaveLength(100)
  })
})
