// OpenTTD's game info, which servers since version 12 give over TCP without a sign-in. Little-endian, texts end with a
// zero byte; each version of the info puts its fields before those of the one below:
//
//   ask  size:u16 type:u8(7)        answer  size:u16 type:u8(6) version:u8
//   7  ticks:u64
//   6  form of the list of extensions:u8
//   5  script version:u32 script name:text
//   4  count:u8, for each: id:u32 md5:16 [name:text] or index:u32
//   3  date:u32 first date:u32
//   2  companies at most:u8 companies:u8 clients at most:u8
//   1  name:text revision:text password:u8 clients at most:u8 clients:u8 spectators:u8 …
import type { PlayersAnswer } from 'stellar/plugin'

export const askGameInfo = Uint8Array.from([3, 0, 7])
const gameInfo = 6

const forms = { idAndSum: 0, idSumAndName: 1, index: 2 } as const

/** How many bytes the answer has; undefined while that is not known. */
export function gameInfoLength(received: Buffer): number | undefined {
  return received.length < 2 ? undefined : received.readUInt16LE(0)
}

export function readGameInfo(message: Uint8Array): PlayersAnswer {
  const reader = new Reader(message)
  const size = reader.number(2)
  if (size !== message.byteLength || reader.number(1) !== gameInfo) throw new Error('the answer is no game info')
  const version = reader.number(1)
  // Below 4 are servers before 2010, above 7 nothing is known of yet (2026-11-22).
  if (version < 4 || version > 7) throw new Error(`the answer has game info version ${version}; 4 to 7 are known`)
  if (version >= 7) reader.skip(8)
  const form = version >= 6 ? reader.number(1) : forms.idAndSum
  if (version >= 5) {
    reader.skip(4)
    reader.text()
  }
  const extensions = reader.number(1)
  for (let index = 0; index < extensions; index++) {
    reader.skip(form === forms.index ? 4 : 20)
    if (form === forms.idSumAndName) reader.text()
  }
  reader.skip(8 + 3)
  reader.text()
  const revision = reader.text()
  reader.skip(1)
  const capacity = reader.number(1)
  return { players: reader.number(1), capacity, ...(revision !== '' && { version: revision }) }
}

class Reader {
  readonly #bytes: Buffer
  #at = 0

  constructor(message: Uint8Array) {
    this.#bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength)
  }

  skip(count: number): void {
    if (this.#at + count > this.#bytes.length) throw new Error('the answer is cut short')
    this.#at += count
  }

  number(size: 1 | 2): number {
    this.skip(size)
    return this.#bytes.readUIntLE(this.#at - size, size)
  }

  text(): string {
    const end = this.#bytes.indexOf(0, this.#at)
    if (end === -1) throw new Error('the answer is cut short')
    const text = this.#bytes.toString('utf8', this.#at, end)
    this.#at = end + 1
    return text.replace(/[\u0000-\u001f\u007f]/g, '').slice(0, 64)
  }
}
