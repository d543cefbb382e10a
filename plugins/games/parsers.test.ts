// What servers answer is anybody's bytes: parsers read what real ones sent and refuse everything else with an error.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { packet, readPacket, statusRequest, toAnswer } from './minecraft/status.ts'
import { ping, readPong } from './mumble/ping.ts'
import { gameInfoLength, readGameInfo } from './openttd/game-info.ts'
import { challengeOf, infoRequest, readInfo, readPlayers } from './valve-query/a2s.ts'

const anyBytes = fc.uint8Array({ maxLength: 600 })
const text = (value: string): Buffer => Buffer.from(`${value}\0`, 'utf8')

/** Either an answer whose numbers are numbers, or an error: never anything else, and never for ever. */
function readsOrRefuses(read: () => { players: number; capacity: number } | undefined): boolean {
  try {
    const answer = read()
    return answer === undefined || (answer.players >= 0 && answer.capacity >= 0)
  } catch (error) {
    return error instanceof Error
  }
}

describe('minecraft', () => {
  const answer = (json: string): Buffer => {
    const body = Buffer.from(json, 'utf8')
    const size = body.length < 128 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7]
    return packet(0x00, Buffer.concat([Buffer.from(size), body]))
  }
  const json =
    '{"version":{"name":"§aPaper 1.21.8","protocol":772},"players":{"max":20,"online":2,"sample":[{"name":"Ada","id":"x"}]}}'

  test('reads players, capacity, version and names', () => {
    expect(toAnswer(readPacket(answer(json)) ?? '')).toEqual({
      players: 2,
      capacity: 20,
      version: 'Paper 1.21.8',
      names: ['Ada'],
    })
  })
  test('waits while the answer is not complete', () => {
    const whole = answer(json)
    for (let length = 0; length < whole.length; length++) expect(readPacket(whole.subarray(0, length))).toBeUndefined()
  })
  test('asks as the protocol says', () => {
    expect(statusRequest('a', 25_565).toString('hex')).toBe('0b00ffffffff0f016163dd01')
  })
  test('refuses any other bytes with an error', () => {
    fc.assert(fc.property(anyBytes, (bytes) => readsOrRefuses(() => toAnswer(readPacket(Buffer.from(bytes)) ?? '{'))))
    fc.assert(fc.property(fc.json(), (value) => readsOrRefuses(() => toAnswer(value))))
  })
})

describe('valve-query', () => {
  const info = Buffer.concat([
    Buffer.from([0xff, 0xff, 0xff, 0xff, 0x49, 17]),
    ...['Monday wipe', 'Procedural Map', 'rust', 'Rust'].map(text),
    Buffer.from([0, 0, 61, 100, 1, 0x64, 0x6c, 0, 1]),
    text('2572'),
    Buffer.from([0xb1]),
  ])

  test('reads players without bots, capacity and version', () => {
    expect(readInfo(info)).toEqual({ players: 60, capacity: 100, version: '2572' })
  })
  test('reads the names of players', () => {
    const player = (name: string): Buffer => Buffer.concat([Buffer.from([0]), text(name), Buffer.alloc(8)])
    const players = Buffer.concat([Buffer.from([0xff, 0xff, 0xff, 0xff, 0x44, 2]), player('Ada'), player('Grace')])
    expect(readPlayers(players)).toEqual(['Ada', 'Grace'])
  })
  test('repeats the question with the challenge it was given', () => {
    const challenge = challengeOf(Buffer.from([0xff, 0xff, 0xff, 0xff, 0x41, 1, 2, 3, 4]))
    expect([...infoRequest(challenge)].slice(-4)).toEqual([1, 2, 3, 4])
    expect(challengeOf(info)).toBeUndefined()
  })
  test('refuses any other bytes with an error', () => {
    const begun = anyBytes.map((bytes) => Buffer.concat([Buffer.from([0xff, 0xff, 0xff, 0xff, 0x49]), bytes]))
    fc.assert(fc.property(fc.oneof(anyBytes, begun), (bytes) => readsOrRefuses(() => readInfo(bytes))))
    const list = anyBytes.map((bytes) => Buffer.concat([Buffer.from([0xff, 0xff, 0xff, 0xff, 0x44]), bytes]))
    fc.assert(fc.property(list, (bytes) => readsOrRefuses(() => ({ players: readPlayers(bytes).length, capacity: 0 }))))
  })
})

describe('mumble', () => {
  const identifier = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8])
  const pong = Buffer.from('000103040102030405060708000000030000001400011170', 'hex')

  test('reads users, limit and version', () => {
    expect(readPong(pong, identifier)).toEqual({ players: 3, capacity: 20, version: '1.3.4' })
  })
  test('hears only the answer to its own ping', () => {
    expect(readPong(pong, Uint8Array.from([8, 7, 6, 5, 4, 3, 2, 1]))).toBeUndefined()
    expect(ping(identifier)).toHaveLength(12)
  })
  test('ignores any other bytes', () => {
    fc.assert(fc.property(anyBytes, (bytes) => readPong(bytes, identifier) === undefined))
  })
})

describe('openttd', () => {
  // What version 13.0 sent, with 25 slots and nobody on it.
  const sent = '3000060601ffffffff000020de0a001fde0a000f001974622d6f70656e7474640031332e300000190000800080000001'

  test('reads players, capacity and version', () => {
    expect(readGameInfo(Buffer.from(sent, 'hex'))).toEqual({ players: 0, capacity: 25, version: '13.0' })
  })
  test('reads the form of version 7 with extensions and a script', () => {
    const body = Buffer.concat([
      Buffer.from([6, 7, ...Array<number>(8).fill(9), 1, 5, 0, 0, 0]),
      text('City Mania'),
      Buffer.from([1, ...Array<number>(20).fill(7)]),
      text('FIRS'),
      Buffer.alloc(11),
      text('Rail'),
      text('14.1'),
      Buffer.from([1, 30, 4, 0, 0, 1, 0, 1, 0, 1]),
    ])
    const size = Buffer.from([body.length + 2, 0])
    expect(readGameInfo(Buffer.concat([size, body]))).toEqual({ players: 4, capacity: 30, version: '14.1' })
  })
  test('refuses any other bytes with an error', () => {
    const begun = anyBytes.map((bytes) =>
      Buffer.concat([Buffer.from([(bytes.length + 4) & 255, (bytes.length + 4) >> 8, 6, 6]), bytes]),
    )
    fc.assert(fc.property(fc.oneof(anyBytes, begun), (bytes) => readsOrRefuses(() => readGameInfo(bytes))))
    expect(gameInfoLength(Buffer.alloc(1))).toBeUndefined()
  })
})
