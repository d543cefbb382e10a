// Listening again to a game that ran on without us: attaches, then fills in from the engine's log what was said
// meanwhile, and marks what cannot be filled in.
import type { Attachment, Instance, OutputChunk } from '#core/plugins/contributions.ts'
import { keptLines, missingLines, overlap } from './catch-up.ts'
import type { ServerConsole } from './console.ts'
import { lineSplitter } from './line-splitter.ts'

/** Lines of history by which the place is found. */
const mostKnown = 200
const mostKept = 50_000
const mostEarlyBytes = 4 * 1024 ** 2
/** For a line on its way through the engine into its log. */
const settleMs = 200

export async function resume(instance: Instance, console: ServerConsole, signal: AbortSignal): Promise<Attachment> {
  await console.settled()
  const known = await console.recent(mostKnown)
  const lastAt = known[known.length - 1]?.at
  const attachment = await instance.attach(AbortSignal.any([signal, AbortSignal.timeout(30_000)]))
  try {
    const early = gather(attachment)
    await new Promise((resolve) => setTimeout(resolve, settleMs))
    const since = new Date(lastAt === undefined ? 0 : (known[0]?.at ?? lastAt) - 3000).toISOString()
    const kept = await keptLines(instance.since(since, signal), mostKept)
    const missing = missingLines(known, kept.lines)
    const live = early.stop()
    const lines = missing.lines.slice(0, missing.lines.length - overlap(missing.lines, live.lines))
    const seamless = missing.seamless && kept.complete
    if (!seamless) console.note('Some lines from the time while nobody listened may be missing here.')
    for (const { source, text, at } of lines) console.take({ source, data: Buffer.from(`${text}\n`) }, at)
    console.note(
      lines.length === 0
        ? 'Stellar listens again; nothing was said meanwhile.'
        : `Stellar listens again; ${lines.length} ${lines.length === 1 ? 'line' : 'lines'} said meanwhile ${lines.length === 1 ? 'was' : 'were'} filled in.`,
    )
    for (const chunk of live.chunks) console.take(chunk)
    return {
      output: early.rest(),
      write: (data) => attachment.write(data),
      [Symbol.asyncDispose]: () => attachment[Symbol.asyncDispose](),
    }
  } catch (error) {
    await attachment[Symbol.asyncDispose]()
    throw error
  }
}

/** Reads on while the gap is being filled; what comes in that time is kept apart, and bounded. */
function gather(attachment: Attachment) {
  const iterator = attachment.output[Symbol.asyncIterator]()
  const chunks: OutputChunk[] = []
  let bytes = 0
  let stopped = false
  /** Asked for, but not there yet when gathering stopped: the first of the rest. */
  let pending = iterator.next()

  const gathering = (async () => {
    for (;;) {
      const { done, value } = await pending
      if (stopped || done === true) return
      if ((bytes += value.data.length) <= mostEarlyBytes) chunks.push(value)
      else chunks.push({ source: value.source, data: new Uint8Array(), droppedLines: 1 + (value.droppedLines ?? 0) })
      pending = iterator.next()
    }
  })()

  return {
    stop(): { chunks: readonly OutputChunk[]; lines: readonly string[] } {
      stopped = true
      const lines: string[] = []
      const splitter = lineSplitter((line) => lines.push(Buffer.from(line).toString('utf8')))
      for (const { data } of chunks) splitter.push(data)
      return { chunks, lines }
    },
    async *rest(): AsyncGenerator<OutputChunk> {
      for (;;) {
        const { done, value } = await pending
        await gathering
        if (done === true) return
        pending = iterator.next()
        yield value
      }
    },
  }
}
