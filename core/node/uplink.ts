// Sends the report through one session: facts in order, at most a hundred unacknowledged at a time, and the latest
// values whenever little waits in the socket.
import type { Log } from '#core/base/log.ts'
import type { Session } from '#core/protocol/session.ts'
import type { NodeReport } from './report.ts'

const factsInFlight = 100
/** Behind more than this, values wait to be replaced by newer ones. */
const lowWaterBytes = 64 * 1024

export interface Uplink extends Disposable {
  /** Call when the socket has got rid of something. */
  flush(): void
  acknowledge(seq: number): void
}

/** `acknowledged`: what the panel said it has stored. */
export function openUplink(session: Session, report: NodeReport, acknowledged: number, log: Log): Uplink {
  const { outbox } = report
  const inFlight: number[] = []
  let sent = acknowledged
  outbox.acknowledge(acknowledged)
  report.takeLatest() // those before the welcome are old

  function flush(): void {
    for (const fact of outbox.after(sent, factsInFlight - inFlight.length)) {
      session.send(fact)
      sent = fact.seq
      inFlight.push(sent)
    }
    if (session.bufferedBytes > lowWaterBytes) return
    for (const value of report.takeLatest()) {
      try {
        session.send(value)
      } catch (error) {
        log.error('a value for the panel could not be sent', { type: value.type, error })
      }
    }
  }

  report.sender = flush
  flush()
  return {
    flush,
    acknowledge(seq) {
      outbox.acknowledge(seq)
      while (inFlight[0] !== undefined && inFlight[0] <= seq) inFlight.shift()
      flush()
    },
    [Symbol.dispose]() {
      if (report.sender === flush) report.sender = undefined
    },
  }
}
