// Enrolment at the node: from a token to a certificate, without telling anybody a secret before the pin has matched.
//
//   GET  /node/v1/ca       unverified; the answer's key must hash to the pin of the token
//   POST /node/v1/enroll   verified by that authority: {token, csr, hostname, version} → {nodeId, certificate, authority}
import { hostname } from 'node:os'
import { PublicError } from '#core/base/errors.ts'
import { pinOf, toleratedSkewMs } from '#core/protocol/certificate.ts'
import { parseEnrolmentToken } from '#core/protocol/enrolment-token.ts'
import { enrolAnswerSchema } from '#core/protocol/messages.ts'
import { linkServerName } from '#core/protocol/version.ts'
import { type Answer, ask } from './enrol-request.ts'
import { forgetAttempt, readAttempt, writeAttempt, writeIdentity } from './identity.ts'

export interface EnrolOptions {
  /** Address of the panel's link port, e.g. `panel.example:8443`. */
  readonly url: string
  readonly token: string
  /** `<data>/node`; made when it is not there. */
  readonly directory: string
  readonly version: string
  readonly now?: () => number
}

/** Can be run again with the same token after a failure. Throws PublicError with what to do. */
export async function enrol(options: EnrolOptions): Promise<{ nodeId: string }> {
  const { directory, now = Date.now, version } = options
  const url = linkAddress(options.url)
  const token = parseEnrolmentToken(options.token)
  if (!token) {
    throw new PublicError('token-malformed', 'This is not an enrolment token.', {
      hint: 'Copy all of it from the panel: it begins with strk_reg_ and has 94 characters.',
    })
  }

  const authority = await fetchAuthority(url, token.pin, now())
  const earlier = readAttempt(directory)
  const { createRequest } = await import('#core/protocol/identity.ts')
  const { key, request } = await createRequest(earlier?.tokenId === token.id ? earlier.key : undefined)
  writeAttempt(directory, { tokenId: token.id, key }) // before the token is used: a lost answer can be asked for again

  const answer = await ask(new URL('/node/v1/enroll', url), {
    tls: { ca: authority, servername: linkServerName },
    body: { token: options.token.trim(), csr: request, hostname: hostname(), version },
  })
  if (answer.status !== 200) throw refusal(answer)
  const { nodeId, certificate } = enrolAnswerSchema.parse(JSON.parse(answer.body))
  writeIdentity(directory, { nodeId, url, key, certificate, authority })
  forgetAttempt(directory)
  return { nodeId }
}

/** `https://host:port` of whatever form of the link's address was given. */
export function linkAddress(text: string): string {
  const full = text.includes('://') ? text : `https://${text}`
  const url = URL.canParse(full) ? new URL(full) : undefined
  if (!url || !['https:', 'wss:'].includes(url.protocol)) {
    throw new PublicError('address-malformed', `“${text}” is not the address of a panel.`, {
      hint: 'It looks like panel.example:8443, with the port of the node link.',
    })
  }
  return `https://${url.host}`
}

async function fetchAuthority(url: string, pin: string, now: number): Promise<string> {
  // Not verified: there is nothing yet to verify with. Nothing secret is sent, and the answer is held against the pin.
  const { status, body, date } = await ask(new URL('/node/v1/ca', url), { tls: { rejectUnauthorized: false } })
  const found = status === 200 ? pinOfText(body) : undefined
  if (found === undefined) {
    throw new PublicError('not-a-panel', `No Stellar panel answers at ${url}.`, {
      status: 502,
      hint: 'Check the address and that the port is the one of the node link, not of the web pages.',
    })
  }
  if (found !== pin) {
    throw new PublicError('pin-mismatch', `The panel at ${url} is not the one that made this token.`, {
      status: 502,
      hint: 'Something between may be listening in, or the panel was installed anew. The token was not sent.',
    })
  }
  if (date !== undefined && Math.abs(date - now) > toleratedSkewMs) {
    const minutes = Math.round(Math.abs(date - now) / 60_000)
    throw new PublicError(
      'clock-skew',
      `This machine's clock is ${minutes} min ${now < date ? 'behind' : 'ahead of'} the panel's.`,
      {
        hint: 'Set the clock, e.g. with `timedatectl set-ntp true`, and enrol again. The token was not used.',
      },
    )
  }
  return body
}

function pinOfText(pem: string): string | undefined {
  try {
    return pinOf(pem)
  } catch {
    return undefined
  }
}

function refusal({ status, body }: Answer): PublicError {
  const hints: Readonly<Record<number, string>> = {
    400: 'This version of Stellar and the panel may not fit together: update the older one.',
    401: 'Make a new token on the page of the node.',
    409: 'Make a new token on the page of the node.',
    410: 'Make a new token on the page of the node.',
    429: 'Wait a minute and try again.',
  }
  const reasons: Readonly<Record<number, string>> = {
    400: 'The panel did not understand the request.',
    401: 'The panel does not know this token.',
    409: 'This token was used by another machine.',
    410: 'This token has expired.',
    429: 'Too many attempts from this address.',
  }
  return new PublicError('enrolment-refused', reasons[status] ?? `The panel answered ${status}.`, {
    status,
    hint: hints[status] ?? 'Look into the log of the panel, and try again.',
    cause: new Error(body.slice(0, 500)),
  })
}
