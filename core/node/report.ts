// What the servers tell upwards: facts, on disk until the panel has acknowledged them, and the values of which only the
// latest counts. uplink.ts sends both.
import { type Log, silentLog } from '#core/base/log.ts'
import { type FactBody, type FromNode, factSchema } from '#core/protocol/messages.ts'
import type { Report } from './context.ts'
import { type Outbox, openOutbox } from './outbox.ts'

/** A stats message of so many servers stays well under the largest text frame. */
const serversPerMessage = 500
/** Longest line of console or installation output within a fact. */
const maxLine = 400
const maxSentence = 2000
const maxLines = 50

export type LatestValue = Extract<FromNode, { type: 'stats' | 'status' | 'progress' }>

export interface NodeReport extends Report, Disposable {
  readonly outbox: Outbox
  /** The latest values, each once. */
  takeLatest(): readonly LatestValue[]
  /** Who sends: called after every change. One at a time; undefined while nobody does, and then no value is kept. */
  sender: (() => void) | undefined
}

/** `directory` is `<data>/node`; made when it is not there. */
export function openReport(directory: string, log: Log = silentLog): NodeReport {
  const outbox = openOutbox(directory, log, () => report.sender?.())
  /** By what they replace, e.g. `stats`. */
  const latest = new Map<string, LatestValue>()

  function replace(key: string, value: LatestValue): void {
    if (!report.sender) return
    latest.set(key, value)
    report.sender()
  }

  const report: NodeReport = {
    outbox,
    sender: undefined,
    fact(serverId, body) {
      const at = new Date().toISOString()
      // Checked here, where a wrong one can be found: the panel would refuse it, and every one after it.
      outbox.append(factSchema.omit({ seq: true, type: true }).parse({ at, serverId, body: fit(body) }))
      report.sender?.()
    },
    stats(at, servers) {
      for (let from = 0; from < servers.length || from === 0; from += serversPerMessage) {
        const some = servers.slice(from, from + serversPerMessage)
        replace(`stats ${from}`, { type: 'stats', at, servers: some })
      }
    },
    progress: (progress) => replace(`progress ${progress.serverId}`, { type: 'progress', ...progress }),
    status: (status) => replace('status', { type: 'status', status }),
    takeLatest() {
      const values = [...latest.values()]
      latest.clear()
      return values
    },
    [Symbol.dispose]() {
      outbox[Symbol.dispose]()
    },
  }
  return report
}

/** Output of games and scripts has any length; a fact has room for so much. */
function fit(body: FactBody): FactBody {
  if (body.kind === 'removed') return body
  if (body.kind === 'hint') return { ...body, line: body.line.slice(0, maxSentence) }
  const { exit, installLog, reason } = body
  return {
    ...body,
    ...(exit && { exit: { ...exit, lastLines: shorten(exit.lastLines) } }),
    ...(installLog && { installLog: shorten(installLog) }),
    ...(reason !== undefined && { reason: reason.slice(0, maxSentence) }),
  }
}

function shorten(lines: readonly string[]): string[] {
  return lines.slice(-maxLines).map((line) => (line.length > maxLine ? `${line.slice(0, maxLine)} …` : line))
}
