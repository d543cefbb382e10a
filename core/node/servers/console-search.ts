// Looking for a text in a console's history, without holding up everything else for longer than a few milliseconds.
import { setImmediate as breathe } from 'node:timers/promises'
import { decodeRecord } from '#core/domain/console.ts'
import type { Segments } from './segments.ts'

/** About 3 ms of work. */
const sliceBytes = 256 * 1024
const lineFeed = 10

/** Records whose text contains the query, newest first, case-insensitive. */
export async function searchConsole(
  segments: Segments,
  query: string,
  mostRecords: number,
  mostBytes: number,
): Promise<{ text: string; more: boolean }> {
  const wanted = query.toLowerCase()
  const decoder = new TextDecoder()
  const found: string[] = []
  let size = 0
  for await (const bytes of segments.newestFirst()) {
    for (let end = bytes.length; end > 0; ) {
      const start = end <= sliceBytes ? 0 : bytes.lastIndexOf(lineFeed, end - sliceBytes) + 1
      const slice = decoder.decode(bytes.subarray(start, end))
      end = start
      if (!slice.toLowerCase().includes(wanted)) {
        await breathe()
        continue
      }
      for (const line of slice.split('\n').toReversed()) {
        const record = decodeRecord(line)
        if (!record || record.kind === 'g' || !record.text.toLowerCase().includes(wanted)) continue
        size += line.length + 1
        if (found.length >= mostRecords || size > mostBytes) return { text: found.join(''), more: true }
        found.push(`${line}\n`)
      }
      await breathe()
    }
  }
  return { text: found.join(''), more: false }
}
