// The datagrams of Valve's server queries (https://developer.valvesoftware.com/wiki/Server_queries):
//
//   FF FF FF FF kind …                    one datagram
//   FE FF FF FF id:u32 total part …       a part of a longer answer: not needed for what we ask, refused
//
//   ask 'T' "Source Engine Query\0" [challenge:4]    answer 'A' challenge:4 or 'I' info
//   ask 'U' challenge:4                              answer 'A' challenge:4 or 'D' players
import type { PlayersAnswer } from 'stellar/plugin'

/** One datagram as it came. */
export type Answer = Uint8Array

const header = Buffer.from([0xff, 0xff, 0xff, 0xff])
const kinds = { challenge: 0x41, info: 0x49, players: 0x44 } as const

export function infoRequest(challenge: Uint8Array = Buffer.alloc(0)): Uint8Array {
  return Buffer.concat([header, Buffer.from('TSource Engine Query\0', 'latin1'), challenge])
}

export function playerRequest(challenge: Uint8Array = header): Uint8Array {
  return Buffer.concat([header, Buffer.from('U', 'latin1'), challenge])
}

export function challengeOf(answer: Answer): Uint8Array | undefined {
  const reader = new Reader(answer)
  return reader.kind() === kinds.challenge ? reader.bytes(4) : undefined
}

export function readInfo(answer: Answer): PlayersAnswer {
  const reader = new Reader(answer)
  if (reader.kind() !== kinds.info) throw new Error('the answer is no server info')
  reader.byte()
  // name, map, folder, game
  for (let field = 0; field < 4; field++) reader.text()
  reader.bytes(2)
  const players = reader.byte()
  const capacity = reader.byte()
  const bots = reader.byte()
  // type, environment, visibility, VAC
  reader.bytes(4)
  const version = reader.text()
  return { players: Math.max(players - bots, 0), capacity, ...(version !== '' && { version }) }
}

export function readPlayers(answer: Answer): string[] {
  const reader = new Reader(answer)
  if (reader.kind() !== kinds.players) throw new Error('the answer is no list of players')
  const count = reader.byte()
  const names: string[] = []
  for (let index = 0; index < count && !reader.done; index++) {
    reader.byte()
    const name = reader.text()
    // score and time
    reader.bytes(8)
    if (name !== '') names.push(name)
  }
  return names
}

class Reader {
  readonly #bytes: Buffer
  #at = 0

  constructor(answer: Answer) {
    this.#bytes = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength)
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length
  }

  kind(): number {
    if (!this.#bytes.subarray(0, 4).equals(header)) throw new Error('the answer is no answer to a server query')
    this.#at = 4
    return this.byte()
  }

  byte(): number {
    return this.bytes(1)[0] ?? 0
  }

  bytes(count: number): Uint8Array {
    if (this.#at + count > this.#bytes.length) throw new Error('the answer is cut short')
    this.#at += count
    return this.#bytes.subarray(this.#at - count, this.#at)
  }

  /** Up to the next zero byte; without control characters, at most 64 characters. */
  text(): string {
    const end = this.#bytes.indexOf(0, this.#at)
    if (end === -1) throw new Error('the answer is cut short')
    const text = this.#bytes.toString('utf8', this.#at, end)
    this.#at = end + 1
    return text
      .replace(/[\u0000-\u001f\u007f]/g, '')
      .trim()
      .slice(0, 64)
  }
}
