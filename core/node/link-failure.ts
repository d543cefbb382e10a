// What an error of the link means and what to do about it: TLS errors name neither.
import { messageOf } from '#core/base/errors.ts'

export interface Failure {
  readonly sentence: string
  readonly hint: string
}

const unknownPanel: Omit<Failure, 'sentence'> & { sentence(host: string): string } = {
  sentence: (host) => `${host} does not prove to be the panel this node belongs to.`,
  hint: 'Another program or another panel answers there, or the panel was installed anew: enrol this machine again.',
}
const refused = {
  sentence: (host: string) => `The panel at ${host} refuses this node's certificate.`,
  hint: 'It expired, was revoked, or the panel was installed anew: enrol this machine again with a new token.',
}
const away = {
  sentence: (host: string) => `No panel answers at ${host}.`,
  hint: 'Check that the panel runs and that its link port can be reached from here.',
}
const clock = {
  sentence: (host: string) => `By this machine's clock the certificate of ${host} is not valid now.`,
  hint: 'Set the clock, e.g. with `timedatectl set-ntp true`.',
}

const byCode: Readonly<Record<string, { sentence(host: string): string; hint: string }>> = {
  CERT_NOT_YET_VALID: clock,
  CERT_HAS_EXPIRED: clock,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownPanel,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownPanel,
  SELF_SIGNED_CERT_IN_CHAIN: unknownPanel,
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownPanel,
  CERT_SIGNATURE_FAILURE: unknownPanel,
  ERR_TLS_CERT_ALTNAME_INVALID: unknownPanel,
  // The panel's TLS server verifies after the handshake and hangs up: there is no better sign than this.
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: refused,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: refused,
  ECONNREFUSED: away,
  EHOSTUNREACH: away,
  ENETUNREACH: away,
  ETIMEDOUT: away,
  ENOTFOUND: away,
  EAI_AGAIN: away,
  ABORT_ERR: away,
}

/** `tlsMayRefuse`: a client certificate was shown, so that a hang-up during the handshake means that it was refused. */
export function explainFailure(error: unknown, host: string, tlsMayRefuse = false): Failure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const known = byCode[code] ?? (tlsMayRefuse && code === 'ECONNRESET' ? refused : undefined)
  if (known) return { sentence: known.sentence(host), hint: known.hint }
  return { sentence: `The connection to ${host} failed: ${messageOf(error)}.`, hint: away.hint }
}
