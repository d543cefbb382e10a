// The panel's mail: `post` puts a letter into the table, in the transaction of what it tells about; a worker sends it. A
// restart loses nothing, a server that is away is tried again until the letter is not worth sending any more.
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { messageOf, PublicError } from '#core/base/errors.ts'
import type { Log } from '#core/base/log.ts'
import type { Database, Transaction } from '#core/db/database.ts'
import type { MailServer } from '#core/domain/mail.ts'
import type { Secrets } from '#core/panel/context.ts'
import type { Letter } from './letter.ts'
import { readMailServer } from './settings-store.ts'
import {
  claimMails,
  countWaiting,
  insertMail,
  markFailed,
  markSent,
  removeOldMails,
  type WaitingMail,
} from './store.ts'
import { drawLetter } from './template.tsx'
import { sendMail } from './transport.ts'

export interface Mail {
  /** The server that is set, and whether the environment set it; undefined: links are handed out by hand. */
  server(): Promise<{ readonly server: MailServer; readonly fromEnvironment: boolean } | undefined>
  /** Of a transaction of the system role. It leaves soon after the commit. False: no server is set, nothing was kept. */
  post(tx: Transaction, letter: Letter): Promise<boolean>
  /** At once and without the table, to see whether the settings work. Throws what went wrong. */
  sendNow(server: MailServer, letter: Letter): Promise<void>
}

export interface MailWorker extends Mail, AsyncDisposable {
  /** Sends what is due; the worker does so by itself, tests and a mended setting need not wait for it. */
  flush(): Promise<void>
}

export interface MailOptions {
  readonly database: Database
  readonly secrets: Secrets
  readonly log: Log
  readonly now: () => number
  readonly sender: { readonly instance: string; readonly url: string }
  /** From the environment. */
  readonly fixed: MailServer | undefined
  /** False: only `flush` sends, as in tests. */
  readonly works?: boolean
}

/** Far more than a day of a large installation; beyond it something floods, and mails would come days late anyway. */
const mostWaiting = 5_000
const atOnce = 10
/** Longer than a mail may take, so that two panels do not send the same one. */
const leaseMs = 3 * 60_000
/** A letter that was just put in leaves after this, once its transaction is through; otherwise it waits for the tick. */
const soonMs = [150, 1_000] as const
const tickMs = 5_000
const keptMs = 14 * 24 * 60 * 60_000
/** 30 s, 1, 2, 4 … at most 30 minutes. */
const pause = (attempts: number): number => Math.min(30_000 * 2 ** (attempts - 1), 30 * 60_000)

const contents = z.object({ subject: z.string(), text: z.string(), html: z.string() })

export function openMail(options: MailOptions): MailWorker {
  const { database, secrets, log, now, sender, fixed, works = true } = options
  const iso = (at: number) => new Date(at).toISOString()
  const timers = new Set<NodeJS.Timeout>()
  let running: Promise<void> = Promise.resolve()
  let closed = false

  async function server(): Promise<{ server: MailServer; fromEnvironment: boolean } | undefined> {
    if (fixed) return { server: fixed, fromEnvironment: true }
    const found = await database.withSystem((tx) => readMailServer(tx, secrets))
    return found && { server: found, fromEnvironment: false }
  }

  async function sendOne(
    to: MailServer,
    { id, recipient, kind, sealed, attempts, expiresAt }: WaitingMail,
  ): Promise<void> {
    try {
      if (Date.parse(expiresAt) <= now())
        throw new PublicError('mail-refused', 'It was not sent before its link ended.')
      const drawn = contents.parse(JSON.parse(secrets.decrypt(sealed)))
      await sendMail(to, { id, to: recipient, sender: nameOf(sender.instance), ...drawn })
      await database.withSystem((tx) => markSent(tx, id, iso(now())))
    } catch (error) {
      const final = error instanceof PublicError && error.code === 'mail-refused'
      const next = final ? null : iso(now() + pause(attempts))
      log.warn(final ? 'A mail was given up' : 'A mail was not sent and is tried again', {
        kind,
        reason: messageOf(error),
      })
      await database.withSystem((tx) => markFailed(tx, id, messageOf(error).slice(0, 500), next))
    }
  }

  async function sendDue(): Promise<void> {
    for (;;) {
      const found = closed ? undefined : await server()
      if (!found) return
      const batch = await database.withSystem((tx) => claimMails(tx, iso(now()), iso(now() + leaseMs), atOnce))
      if (batch.length === 0) return
      await Promise.all(batch.map((mail) => sendOne(found.server, mail)))
    }
  }

  /** One round at a time; who asks during one is served by the round after it. */
  async function flush(): Promise<void> {
    running = running.catch(() => {}).then(sendDue)
    await running
  }
  const work = () => void flush().catch((error: unknown) => log.warn('Mails could not be sent', { error }))

  function soon(): void {
    // One of each is enough: a later letter is served by the same round or by the tick.
    if (!works || timers.size > 0) return
    for (const delay of soonMs) {
      const timer = setTimeout(() => {
        timers.delete(timer)
        work()
      }, delay)
      timers.add(timer)
    }
  }

  const tick = works ? setInterval(work, tickMs) : undefined
  const sweep = works
    ? setInterval(() => {
        database
          .withSystem((tx) => removeOldMails(tx, iso(now() - keptMs)))
          .catch((error: unknown) => log.warn('Old mails were not removed', { error }))
      }, 60 * 60_000)
    : undefined

  return {
    server,
    async post(tx, letter) {
      // In this transaction, which sees what it changed itself.
      if (!fixed && !(await readMailServer(tx, secrets))) return false
      if ((await countWaiting(tx)) >= mostWaiting)
        throw new PublicError('mail-queue-full', 'Too many mails are waiting to be sent.', {
          status: 503,
          hint: 'Look at the mail settings.',
        })
      await insertMail(tx, {
        id: randomUUID(),
        recipient: letter.to,
        kind: letter.kind,
        sealed: secrets.encrypt(JSON.stringify(await drawLetter(letter, sender))),
        createdAt: iso(now()),
        expiresAt: letter.expiresAt,
        nextAttemptAt: iso(now()),
      })
      soon()
      return true
    },
    async sendNow(to, letter) {
      const drawn = await drawLetter(letter, sender)
      await sendMail(to, { id: randomUUID(), to: letter.to, sender: nameOf(sender.instance), ...drawn })
    },
    flush,
    async [Symbol.asyncDispose]() {
      closed = true
      clearInterval(tick)
      clearInterval(sweep)
      for (const timer of timers) clearTimeout(timer)
      // What is being sent is sent to its end, or the lease gives it to the next start.
      await running.catch(() => {})
    },
  }
}

const nameOf = (instance: string): string => (instance === 'Stellar' ? 'Stellar' : `Stellar · ${instance}`)
