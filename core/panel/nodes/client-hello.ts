// What the first bytes of a TLS connection say, without touching them (RFC 8446 §4.1.2, RFC 7301): which protocols the
// client offers. Every length comes from a stranger and is checked.
//
//   record    u8 22 | u16 version | u16 length | handshake
//   handshake u8 1 | u24 length | u16 version | 32 random | u8+session id | u16+cipher suites | u8+compression | u16+extensions
//   extension u16 type | u16 length | data;  type 16: u16 length, then u8+name each

export type ClientHello =
  /** Not enough bytes yet. */
  | 'incomplete'
  /** Not the beginning of a TLS connection, or a broken one. */
  | 'foreign'
  | { readonly protocols: readonly string[] }

/** RFC 8446 §5.1: a record carries at most 2^14 bytes. */
export const maxClientHelloBytes = 5 + 16_384
const handshakeRecord = 22
const clientHello = 1
const alpnExtension = 16

export function readClientHello(bytes: Uint8Array): ClientHello {
  if (bytes.length > 0 && bytes[0] !== handshakeRecord) return 'foreign'
  if (bytes.length < 5) return 'incomplete'
  const length = ((bytes[3] ?? 0) << 8) | (bytes[4] ?? 0)
  if (length === 0 || length > maxClientHelloBytes - 5) return 'foreign'
  if (bytes.length < 5 + length) return 'incomplete'
  try {
    return { protocols: protocolsOf(new Reader(bytes.subarray(5, 5 + length))) }
  } catch (error) {
    if (error instanceof RangeError) return 'foreign'
    throw error
  }
}

function protocolsOf(record: Reader): string[] {
  if (record.u8() !== clientHello) throw new RangeError('not a ClientHello')
  // A hello over several records, which nobody sends, is cut short here and does not parse.
  const hello = new Reader(record.take(record.u24()))
  hello.take(2 + 32)
  hello.take(hello.u8())
  hello.take(hello.u16())
  hello.take(hello.u8())
  const extensions = new Reader(hello.take(hello.u16()))
  while (extensions.left > 0) {
    const type = extensions.u16()
    const data = new Reader(extensions.take(extensions.u16()))
    if (type !== alpnExtension) continue
    const list = new Reader(data.take(data.u16()))
    const names: string[] = []
    while (list.left > 0) names.push(Buffer.from(list.take(list.u8())).toString('latin1'))
    return names
  }
  return []
}

/** Throws RangeError at the end of its bytes. */
class Reader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  take(count: number): Uint8Array {
    if (count > this.left) throw new RangeError('a length points beyond the end')
    this.#at += count
    return this.#bytes.subarray(this.#at - count, this.#at)
  }

  u8(): number {
    return this.take(1)[0] ?? 0
  }

  u16(): number {
    return this.u8() * 256 + this.u8()
  }

  u24(): number {
    return this.u16() * 256 + this.u8()
  }
}
