// What the engine kept of a container's output: one chunk a line, with the engine's own time.
import type { OutputChunk } from 'stellar/plugin'
import { demultiplexer } from './demultiplex.ts'

export type KeptChunk = OutputChunk & { readonly at: string }

/** Docker wants seconds with up to nine decimals. */
export function sinceParameter(time: string): string {
  return (Date.parse(time) / 1000).toFixed(3)
}

/** `logs` with `timestamps`: every line starts with an RFC 3339 time and a space. */
export function* parseLogs(bytes: Uint8Array, tty: boolean): Generator<KeptChunk> {
  if (tty) {
    for (let at = 0; at < bytes.length; ) {
      const lineFeed = bytes.indexOf(10, at)
      const end = lineFeed < 0 ? bytes.length : lineFeed + 1
      yield* timed('stdout', bytes.subarray(at, end))
      at = end
    }
    return
  }
  const frames: { source: OutputChunk['source']; data: Uint8Array }[] = []
  demultiplexer((source, data) => frames.push({ source, data }))(bytes)
  for (const { source, data } of frames) yield* timed(source, data)
}

function* timed(source: OutputChunk['source'], data: Uint8Array): Generator<KeptChunk> {
  const space = data.indexOf(32)
  if (space < 0) return
  const at = Date.parse(new TextDecoder().decode(data.subarray(0, space)))
  if (Number.isFinite(at)) yield { source, data: data.subarray(space + 1), at: new Date(at).toISOString() }
}
