// The test bed's mail server: takes every mail and shows what came to an address.
import { join } from 'node:path'
import type { MailServer } from '#core/domain/mail.ts'
import { run, testbed } from './services.ts'

interface ReceivedMail {
  readonly from: string
  readonly to: readonly string[]
  readonly user: string | null
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly headers: Readonly<Record<string, string>>
}

export interface Mailbox {
  /** What STELLAR_SMTP_URL would say. */
  readonly server: MailServer
  readonly smtpUrl: string
  /** Oldest first. Others use the same server: ask for an address of one's own. */
  to(address: string): Promise<ReceivedMail[]>
}

/** Needs the test bed. */
export async function openMailbox(): Promise<Mailbox> {
  if (!testbed) throw new Error('there is no test bed')
  await run('flock', ['-o', '/tmp/stellar-testbed.lock-smtp', join(testbed, 'services/smtp.sh'), 'start'], {
    timeoutMs: 120_000,
  })
  return {
    smtpUrl: 'smtp://panel:sink@127.0.0.1:12525?security=none',
    server: {
      host: '127.0.0.1',
      port: 12_525,
      security: 'none',
      username: 'panel',
      password: 'sink',
      from: 'panel@kestrel.example',
    },
    async to(address) {
      const response = await fetch('http://127.0.0.1:12580/mails', { signal: AbortSignal.timeout(10_000) })
      const mails = (await response.json()) as ReceivedMail[]
      return mails.filter(({ to }) => to.includes(address))
    },
  }
}

/** The first address in a mail that leads to this page. */
export function linkIn(text: string, path: string): string {
  const found = text.split(/\s+/).find((word) => URL.canParse(word) && new URL(word).pathname.startsWith(path))
  if (found === undefined) throw new Error(`No link to ${path} in: ${text}`)
  return found
}
