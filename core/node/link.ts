// One connection to the panel, from hello to its end.
//
//   hello            →
//                    ←   welcome         or the socket closes with the reason
//   facts, values    →
//                    ←   server.apply, settings, ack, requests
import { PublicError } from '#core/base/errors.ts'
import type { Log } from '#core/base/log.ts'
import { toleratedSkewMs } from '#core/protocol/certificate.ts'
import { closeCodes } from '#core/protocol/close-codes.ts'
import { decodeMessage } from '#core/protocol/codec.ts'
import { type FromPanel, fromPanelSchema } from '#core/protocol/messages.ts'
import { openSession, type Session } from '#core/protocol/session.ts'
import type { LinkSocket } from '#core/protocol/socket.ts'
import { agree, disagreement, spoken } from '#core/protocol/version.ts'
import { createAnswers } from './answers.ts'
import type { NodeCommands } from './context.ts'
import { createDesired } from './desired.ts'
import type { Identity } from './identity.ts'
import { openRenewal, type Renewal } from './renewal.ts'
import type { NodeReport } from './report.ts'
import { openUplink, type Uplink } from './uplink.ts'
import { within } from './within.ts'

/** For the panel to read what should be from its database. */
const welcomeWithinMs = 15_000
/** For this node to measure itself for the hello. */
const statusWithinMs = 10_000

export interface LinkOptions {
  readonly socket: LinkSocket
  readonly identity: Identity
  readonly directory: string
  readonly version: string
  readonly bootId: string
  readonly commands: NodeCommands
  readonly report: NodeReport
  readonly log: Log
  readonly now: () => number
  /** With the version of the protocol that both ends speak. */
  welcomed(protocol: number): void
}

export interface Link {
  close(code: number, reason: string): void
  /** Never rejects. */
  readonly ended: Promise<{ readonly code: number; readonly reason: string }>
}

export function openLink(options: LinkOptions): Link {
  const { commands, directory, identity, log, now, report } = options
  const { promise: ended, resolve: end } = Promise.withResolvers<{ code: number; reason: string }>()
  const over = new AbortController()
  let uplink: Uplink | undefined
  let renewal: Renewal | undefined

  const session: Session = openSession({
    socket: options.socket,
    decode: (text) => decodeMessage(fromPanelSchema, text),
    message: receive,
    drained: () => uplink?.flush(),
    failed: (error) => log.error('the link failed at a message or stream', { error }),
    closed(code, reason) {
      clearTimeout(deadline)
      over.abort()
      uplink?.[Symbol.dispose]()
      renewal?.[Symbol.dispose]()
      end({ code, reason })
    },
  })
  const deadline = setTimeout(() => session.close(closeCodes.goingAway, 'no welcome in time'), welcomeWithinMs)
  const want = createDesired(commands, over.signal, log)
  const answer = createAnswers({
    session,
    commands,
    renewed(certificate) {
      if (!renewal) throw new PublicError('not-welcomed', 'The node was not welcomed yet.')
      renewal.accept(certificate)
      // After the answer; the next connection uses the new one.
      setImmediate(() => session.close(closeCodes.goingAway, 'certificate renewed'))
    },
    log,
  })

  async function sayHello(): Promise<void> {
    const status = await within(
      statusWithinMs,
      commands.status(),
      () => new Error(`no status within ${statusWithinMs / 1000} s`),
    )
    session.send({
      type: 'hello',
      protocol: spoken.newest,
      oldestProtocol: spoken.oldest,
      version: options.version,
      bootId: options.bootId,
      outboxId: report.outbox.id,
      clock: new Date(now()).toISOString(),
      servers: commands.servers().map(({ id, revision }) => ({ id, revision })),
      status,
    })
  }

  function enter(welcome: Extract<FromPanel, { type: 'welcome' }>): void {
    clearTimeout(deadline)
    // A panel that knows version 2 has made sure of it; an older one welcomes whoever comes.
    const panel = { oldest: welcome.protocol, newest: welcome.protocol }
    const agreement = agree(panel, spoken)
    if ('update' in agreement) {
      return session.close(closeCodes.version, disagreement(panel, spoken, agreement.update))
    }
    const { outbox } = report
    if (welcome.acknowledged > outbox.lastSeq || welcome.acknowledged < outbox.acknowledged) {
      // One of us was restored from a backup: numbers would be taken for ones that were used before.
      log.warn('the panel remembers other facts than this node; all are told again', {
        panel: welcome.acknowledged,
        node: outbox.acknowledged,
      })
      outbox.startOver()
      return session.close(closeCodes.goingAway, 'facts are numbered anew')
    }
    const skewMs = Date.parse(welcome.clock) - now()
    if (Math.abs(skewMs) > toleratedSkewMs) {
      log.warn('the clocks of this machine and the panel differ', { seconds: Math.round(skewMs / 1000) })
    }
    options.welcomed(welcome.protocol)
    commands.settings(welcome.settings)
    uplink = openUplink(session, report, welcome.acknowledged, log)
    renewal = openRenewal({ session, identity, directory, now, log })
  }

  function receive(message: FromPanel): void {
    switch (message.type) {
      case 'welcome':
        return enter(message)
      case 'ack':
        return uplink?.acknowledge(message.seq)
      case 'settings':
        return commands.settings(message.settings)
      case 'server.apply':
        return want(message.server)
      case 'request':
        void answer(message)
    }
  }

  sayHello().catch((error: unknown) => {
    log.error('this node could not say hello', { error })
    session.close(closeCodes.failed, 'the node could not measure itself')
  })
  return { close: session.close, ended }
}
