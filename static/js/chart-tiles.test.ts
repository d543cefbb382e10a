import { describe, expect, it } from 'vitest'
import { gibibytes, gigabytes, mebibytes } from '#core/domain/resources.ts'
import { statsOf } from '#core/testing/server-fixtures.ts'
import { of } from '#views/partials/server-tiles.tsx'
import { inWords, tileKinds } from './chart-tiles.js'

const write = (kind: string, value: number, limit = 0) => tileKinds[kind]?.write(value, limit)

describe('figures in the browser', () => {
  it.each([0, 12.4, 99.6, 412.7])('are written as the server writes them: %d %% CPU', (cpuPercent) => {
    expect(write('cpu', cpuPercent, 400)).toEqual(of(statsOf({ cpuPercent }), 'cpu', 400))
  })

  it.each([
    [mebibytes(318), gibibytes(8)],
    [gibibytes(5.1), gibibytes(8)],
    [gibibytes(120), gibibytes(128)],
    [mebibytes(200), mebibytes(512)],
  ])('are written as the server writes them: %d of %d bytes of memory', (memoryBytes, limit) => {
    expect(write('memory', memoryBytes, limit)).toEqual(of(statsOf({ memoryBytes }), 'memory', limit))
  })

  it.each([0, 999, 1500, 1_400_000, gigabytes(1.6), gigabytes(240)])(
    'are written as the server writes them: %d bytes of disk and traffic',
    (bytes) => {
      expect(write('disk', bytes)).toEqual(of(statsOf({ diskBytes: bytes }), 'disk'))
      expect(write('network', bytes)).toEqual(of(statsOf({ sentPerSecond: bytes }), 'sent'))
    },
  )

  it('say the unit of memory in a sentence, where no limit stands beside it', () => {
    const memory = tileKinds['memory']
    expect(memory && inWords(memory, gibibytes(5.1), gibibytes(8))).toBe('5.1 GiB')
  })
})
