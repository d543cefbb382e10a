import { describe, expect, it } from 'vitest'
import { createPace } from './console-pace.js'

describe('the pace of drawing', () => {
  it('leaves frames out while drawing is dear', () => {
    const pace = createPace(0)
    expect(pace.wait(10)).toBe(0)
    pace.drew(10, 30)
    expect(pace.wait(60)).toBe(10)
    expect(pace.wait(71)).toBe(0)
  })

  it('takes a history that comes at once for no flood', () => {
    const pace = createPace(0)
    pace.received(1000)
    pace.wait(600)
    expect(pace.flooded).toBe(false)
    pace.received(5)
    pace.wait(1200)
    expect(pace.flooded).toBe(false)
  })

  it('sees a flood, draws it twenty times a second, and sees its end', () => {
    const pace = createPace(0)
    for (let now = 0; now <= 1200; now += 100) {
      pace.received(100)
      pace.wait(now)
    }
    expect(pace.flooded).toBe(true)
    pace.drew(1300, 1301)
    expect(pace.wait(1340)).toBe(10)
    expect(pace.wait(1351)).toBe(0)
    pace.wait(1900)
    pace.wait(2500)
    expect(pace.flooded).toBe(false)
  })
})
