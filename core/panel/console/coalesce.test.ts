import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { coalesce } from './coalesce.ts'
import { runOf } from './run.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function opened() {
  const frames: number[] = []
  let number = 0
  const frame = coalesce(
    ({ first, last }) => void frames.push(last - first + 1),
    () => Date.now(),
  )
  const say = (lines: number) => {
    for (let line = 0; line < lines; line += 1) {
      const run = runOf(Buffer.from(`${++number} 1764500000000 oline\n`))
      if (run) frame.push(run)
    }
  }
  return { frames, say }
}

test('after a silence a command and its answer go at once, each by itself', () => {
  const { frames, say } = opened()
  say(2)
  expect(frames).toEqual([1, 1])
})

test('what keeps coming goes thirty times a second, however it is cut', () => {
  const { frames, say } = opened()
  for (let millisecond = 0; millisecond < 1000; millisecond += 1) {
    say(1)
    vi.advanceTimersByTime(1)
  }
  vi.advanceTimersByTime(100)
  expect(frames.length).toBeGreaterThan(25)
  expect(frames.length).toBeLessThan(36)
  expect(frames.reduce((sum, lines) => sum + lines, 0)).toBe(1000)
})

test('what follows a flood waits no longer than anything else', () => {
  const { frames, say } = opened()
  say(100_000)
  const during = frames.length
  expect(during).toBeGreaterThan(100)
  say(1)
  vi.advanceTimersByTime(33)
  expect(frames.reduce((sum, lines) => sum + lines, 0)).toBe(100_001)
  expect(frames.length - during).toBe(1)
})
