// One mail handed to the server by SMTP, with a deadline, and what went wrong in a sentence.
import { createTransport } from 'nodemailer'
import { messageOf, PublicError } from '#core/base/errors.ts'
import type { MailServer } from '#core/domain/mail.ts'
import type { Drawn } from './template.tsx'

export interface Envelope extends Drawn {
  readonly id: string
  readonly to: string
  readonly sender: string
}

/** Of each step: a server that hangs is not waited for. */
const stepMs = 10_000
/** Of the whole: a server that answers a byte a second neither. */
const wholeMs = 45_000

/** Throws `mail-refused` (never again) or `mail-not-sent` (perhaps later), each with a sentence for an administrator. */
export async function sendMail(server: MailServer, mail: Envelope, limits = { stepMs, wholeMs }): Promise<void> {
  const { host, port, security, username, password, from } = server
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(username === '' ? {} : { auth: { user: username, pass: password } }),
    connectionTimeout: limits.stepMs,
    greetingTimeout: limits.stepMs,
    socketTimeout: limits.stepMs,
    dnsTimeout: limits.stepMs,
    // Texts are ours alone: nothing in them is a file or an address to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(Object.assign(new Error('too slow'), { code: 'ETIMEDOUT' })),
    limits.wholeMs,
  )
  try {
    const sent = transport.sendMail({
      // Objects, not text: a name or an address is never read as a list of addresses.
      from: { name: mail.sender, address: from },
      to: { name: '', address: mail.to },
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      // The same for each try, so that a mail that came twice is shown once.
      messageId: `<${mail.id}@${from.split('@')[1] ?? 'stellar'}>`,
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    })
    await Promise.race([sent, late.promise])
  } catch (error) {
    throw refusal(error, server)
  } finally {
    clearTimeout(timer)
    transport.close()
  }
}

interface SmtpError {
  readonly code?: unknown
  readonly responseCode?: unknown
  readonly response?: unknown
}

function refusal(cause: unknown, { host, port }: MailServer): PublicError {
  const { code, responseCode, response } = (cause ?? {}) as SmtpError
  const said =
    typeof response === 'string' ? response.replaceAll(/\s+/g, ' ').slice(0, 300) : messageOf(cause).slice(0, 300)
  const where = `${host}:${port}`
  const later = (message: string, hint?: string) =>
    new PublicError('mail-not-sent', message, { status: 502, cause, ...(hint === undefined ? {} : { hint }) })
  if (code === 'EAUTH') return later(`${where} refused the user name and password: ${said}`)
  if (code === 'ETLS')
    return later(
      `${where} and Stellar found no encryption together: ${said}`,
      'Choose another kind of encryption, or another port.',
    )
  if (code === 'ETIMEDOUT')
    return later(`${where} did not answer in time.`, 'Check name, port and encryption: port 465 is TLS, 587 STARTTLS.')
  if (code === 'EDNS' || /ENOTFOUND|EAI_AGAIN/.test(said)) return later(`There is no host called ${host}.`)
  if (/ECONNREFUSED/.test(said)) return later(`Nothing listens at ${where}.`)
  // Only what the server said of this very mail is final; a sign-in or greeting may be mended.
  if ((code === 'EENVELOPE' || code === 'EMESSAGE') && typeof responseCode === 'number' && responseCode >= 500)
    return new PublicError('mail-refused', `${where} refused the mail: ${said}`, { status: 502, cause })
  return later(`${where} did not take the mail: ${said}`)
}
