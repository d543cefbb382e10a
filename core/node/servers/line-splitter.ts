// Bytes into lines, without decoding and with bounded memory: 100 000 lines a second must cost next to nothing.
import { longestRecordText } from '#core/domain/console.ts'

const lineFeed = 10
const carriageReturn = 13

export interface LineSplitter {
  push(bytes: Uint8Array): void
  /** Hands out what waits for its line feed: a prompt, or the last words of a game. */
  flush(): void
  /** True while the start of a line waits for its end. */
  readonly waiting: boolean
}

/** `emit` gets views that are valid only during the call. A line that is too long comes in several pieces. */
export function lineSplitter(emit: (line: Uint8Array) => void): LineSplitter {
  const partial = new Uint8Array(longestRecordText)
  let length = 0
  /** The start of this line was handed out already. */
  let begun = false

  function add(bytes: Uint8Array): void {
    let rest = bytes
    while (length + rest.length > partial.length) {
      const room = partial.length - length
      partial.set(rest.subarray(0, room), length)
      const end = wholeCharacters(partial)
      emit(partial.subarray(0, end))
      length = partial.length - end
      partial.copyWithin(0, end)
      rest = rest.subarray(room)
    }
    partial.set(rest, length)
    length += rest.length
  }

  function finish(): void {
    emit(withoutReturn(partial.subarray(0, length)))
    length = 0
  }

  return {
    push(bytes) {
      let start = 0
      for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, start)) {
        const line = bytes.subarray(start, end)
        start = end + 1
        if (length === 0 && line.length <= partial.length) {
          const text = withoutReturn(line)
          // Only its end was missing: that is no line of its own.
          if (!begun || text.length > 0) emit(text)
        } else {
          add(line)
          finish()
        }
        begun = false
      }
      if (start < bytes.length) add(bytes.subarray(start))
    },
    flush() {
      if (length === 0) return
      finish()
      begun = true
    },
    get waiting() {
      return length > 0
    },
  }
}

function withoutReturn(line: Uint8Array): Uint8Array {
  return line[line.length - 1] === carriageReturn ? line.subarray(0, -1) : line
}

/** Where to cut so that no UTF-8 sequence is torn; bytes that are no UTF-8 are cut anywhere. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= 4; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return bytes.length
    if (byte < 0xc0) continue
    const needed = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4
    return needed > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}
