// What a node can still promise, without a database.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gibibytes, gigabytes } from '#core/domain/resources.ts'
import { checkCapacity, choosePorts, type Offer } from './claims.ts'

const offer: Offer = {
  name: 'fra-1',
  portFrom: 25565,
  portTo: 25569,
  memoryPercent: 50,
  diskPercent: 90,
  machine: { cores: 4, memoryBytes: gibibytes(16), diskBytes: gigabytes(100) },
  portsTaken: [],
}
const nothing = { memoryBytes: 0, cpuPercent: 0, diskBytes: 0 }
const small = { memoryBytes: gibibytes(1), cpuPercent: 100, diskBytes: gigabytes(1) }
const definitions = [
  { name: 'game', label: 'Game', protocol: 'both' as const, preferred: 25566, required: true },
  { name: 'query', label: 'Query', protocol: 'udp' as const, preferred: 25566, required: false },
]

describe('capacity', () => {
  test('what fits has neither errors nor warnings', () => {
    expect(checkCapacity(offer, nothing, small)).toEqual({ errors: {}, warnings: [] })
  })

  test('memory and disk beyond the offer are refused with what is left and what there is', () => {
    const promised = { memoryBytes: gibibytes(7.5), cpuPercent: 0, diskBytes: gigabytes(89.5) }
    expect(checkCapacity(offer, promised, small).errors).toEqual({
      memoryMiB: '1 GiB does not fit: fra-1 has 512 MiB of 8 GiB left.',
      diskGB: '1 GB does not fit: fra-1 has 500 MB of 90 GB left.',
    })
  })

  test('CPU may be promised twice with a warning, but no server gets more than the machine has', () => {
    expect(checkCapacity(offer, { ...nothing, cpuPercent: 350 }, small)).toEqual({
      errors: {},
      warnings: ['The servers on fra-1 may then use 450 % of its 400 % CPU.'],
    })
    expect(checkCapacity(offer, nothing, { ...small, cpuPercent: 401 }).errors).toEqual({
      cpuPercent: '401 % is more than the 400 % that fra-1 has.',
    })
  })

  test('a node that never connected promises nothing', () => {
    expect(checkCapacity({ ...offer, machine: undefined }, nothing, small).errors).toEqual({
      nodeId: 'fra-1 has not connected yet, so nobody knows what it has.',
    })
  })
})

describe('ports', () => {
  test('the preferred one is taken where it is free, else the next one above it', () => {
    expect(choosePorts(offer, definitions, {}, new Set())).toEqual({
      ports: [
        { name: 'game', port: 25566, protocol: 'both' },
        { name: 'query', port: 25567, protocol: 'udp' },
      ],
    })
  })

  test.each([
    ['skips what is taken', [25566, 25567], [25568, 25569]],
    ['goes on at the start of the range behind its end', [25566, 25567, 25568], [25569, 25565]],
  ])('the search %s', (_, claimed, found) => {
    expect(choosePorts(offer, definitions, {}, new Set(claimed))).toMatchObject({
      ports: found.map((port) => ({ port })),
    })
  })

  test('a preferred port that the node does not offer is looked for from the start of the range', () => {
    for (const preferred of [80, 60000]) {
      const [game] = definitions.map((definition) => ({ ...definition, preferred }))
      expect(choosePorts(offer, game ? [game] : [], {}, new Set([25565]))).toMatchObject({ ports: [{ port: 25566 }] })
    }
  })

  test('a chosen port outside the range, of another server or of another program is refused, each in its own words', () => {
    const choose = (game: number) =>
      choosePorts({ ...offer, portsTaken: [25567] }, definitions, { game }, new Set([25568]))
    expect(choose(80)).toEqual({ errors: { 'ports.game': 'Port 80 is outside this node’s range, 25565–25569.' } })
    expect(choose(25568)).toEqual({
      errors: { 'ports.game': 'Port 25568 belongs to another server. Leave it empty to get a free one.' },
    })
    expect(choose(25567)).toEqual({
      errors: { 'ports.game': 'Port 25567 is used by another program on this node. Leave it empty to get a free one.' },
    })
  })

  test('the same port cannot be chosen for two things', () => {
    expect(choosePorts(offer, definitions, { game: 25569, query: 25569 }, new Set())).toHaveProperty(
      'errors.ports\\.query',
    )
  })

  test('a chosen port is not taken by one that comes first and chose nothing', () => {
    expect(choosePorts(offer, definitions, { query: 25566 }, new Set())).toMatchObject({
      ports: [{ port: 25567 }, { port: 25566 }],
    })
  })

  test('a full range refuses a port that is needed and leaves out one that is not', () => {
    const claimed = new Set([25565, 25566, 25567, 25568])
    expect(choosePorts(offer, definitions, {}, claimed)).toEqual({
      ports: [{ name: 'game', port: 25569, protocol: 'both' }],
    })
    expect(choosePorts(offer, definitions, {}, new Set([...claimed, 25569]))).toEqual({
      errors: { 'ports.game': 'No port of 25565–25569 is left on fra-1 for “Game”.' },
    })
  })

  test('whatever is claimed and chosen, a port is given once, in range and free', () => {
    const port = fc.integer({ min: 25560, max: 25575 })
    fc.assert(
      fc.property(fc.array(port), fc.array(port), fc.option(port, { nil: undefined }), (claimed, taken, game) => {
        const choice = choosePorts({ ...offer, portsTaken: taken }, definitions, { game }, new Set(claimed))
        if ('errors' in choice) return
        const given = choice.ports.map(({ port }) => port)
        expect(new Set(given).size).toBe(given.length)
        for (const port of given) {
          expect(port >= 25565 && port <= 25569).toBe(true)
          expect(claimed.includes(port) || taken.includes(port)).toBe(false)
        }
      }),
    )
  })
})
