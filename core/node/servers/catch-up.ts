// What a game said while nobody listened: finds where the console's history ends in what the engine kept.
import type { OutputChunk } from '#core/plugins/contributions.ts'
import { lineSplitter } from './line-splitter.ts'

export interface KeptLine {
  readonly source: OutputChunk['source']
  readonly text: string
  readonly at: number
}

export interface KnownLine {
  readonly text: string
  /** When the node had it, which is never before the engine did. */
  readonly at: number
}

/** The engine stamps a line a moment before the node does. */
const slackMs = 2000

/** Chunks of the engine's log into lines; a line may come in several chunks. */
export async function keptLines(
  chunks: AsyncIterable<OutputChunk & { readonly at: string }>,
  mostLines: number,
): Promise<{ readonly lines: readonly KeptLine[]; readonly complete: boolean }> {
  const lines: KeptLine[] = []
  const decoder = new TextDecoder()
  let complete = true
  let at = 0
  const splitter = (source: OutputChunk['source']) =>
    lineSplitter((line) => {
      lines.push({ source, text: decoder.decode(line), at })
      if (lines.length <= mostLines) return
      lines.shift()
      complete = false
    })
  const splitters = { stdout: splitter('stdout'), stderr: splitter('stderr') }
  for await (const chunk of chunks) {
    at = Date.parse(chunk.at)
    splitters[chunk.source].push(chunk.data)
  }
  splitters.stdout.flush()
  splitters.stderr.flush()
  return { lines, complete }
}

export interface Missing {
  readonly lines: readonly KeptLine[]
  /** True when the place was found where history ends, so that nothing is missing in between. */
  readonly seamless: boolean
}

/**
 * The kept lines that come after the known ones. The place is where the longest run of known lines ends; among equal
 * ones, that which is nearest in time. Without any, what is surely newer by the clock is taken.
 */
export function missingLines(known: readonly KnownLine[], kept: readonly KeptLine[]): Missing {
  const last = known[known.length - 1]
  if (!last) return { lines: kept, seamless: true }
  let best = { end: -1, length: 0, distance: Number.POSITIVE_INFINITY }
  for (let end = kept.length; end > 0; end -= 1) {
    let length = 0
    while (
      length < known.length &&
      length < end &&
      known[known.length - 1 - length]?.text === kept[end - 1 - length]?.text
    ) {
      length += 1
    }
    const at = kept[end - 1]?.at ?? 0
    // Nobody knew a line long before the engine did.
    if (length === 0 || at > last.at + slackMs) continue
    const distance = Math.abs(last.at - at)
    if (length > best.length || (length === best.length && distance < best.distance)) best = { end, length, distance }
  }
  if (best.end >= 0) return { lines: kept.slice(best.end), seamless: true }
  const newer = kept.filter(({ at }) => at > last.at)
  return { lines: newer, seamless: newer.length === 0 }
}

/** What was heard live is also at the end of what was kept: how many of the kept lines to leave out. */
export function overlap(kept: readonly { readonly text: string }[], live: readonly string[]): number {
  for (let count = Math.min(kept.length, live.length); count > 0; count -= 1) {
    const start = kept.length - count
    if (live.slice(0, count).every((text, index) => text === kept[start + index]?.text)) return count
  }
  return 0
}
