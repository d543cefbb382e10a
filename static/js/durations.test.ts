import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDuration } from '#views/components/time.tsx'
import { duration } from './durations.js'

describe('durations in the browser', () => {
  it('are written as the server writes them', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min: -10, max: 4_000_000 }), fc.nat(400 * 86_400_000)), (milliseconds) => {
        expect(duration(milliseconds)).toBe(formatDuration(milliseconds))
      }),
    )
  })
})
