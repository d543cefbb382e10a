// A new key and certificate when two thirds of the old one's life are over, over the live link. The old pair stays in
// place until the new one is on disk, and is good until the new one has been used.
import type { Log } from '#core/base/log.ts'
import { renewalTime } from '#core/protocol/certificate.ts'
import type { Session } from '#core/protocol/session.ts'
import { type Identity, writeIdentity } from './identity.ts'

const lookEveryMs = 3_600_000
/** Nodes that were enrolled together need not renew together. */
const spreadMs = 3 * 86_400_000

export interface RenewalOptions {
  readonly session: Session
  readonly identity: Identity
  readonly directory: string
  readonly now: () => number
  readonly log: Log
}

export interface Renewal extends Disposable {
  /** The panel's answer. Throws when nothing was asked for or it does not fit. */
  accept(certificate: string): void
}

export function openRenewal({ session, identity, directory, now, log }: RenewalOptions): Renewal {
  const due = renewalTime(identity.certificate) + Math.random() * spreadMs
  let newKey: string | undefined

  async function look(): Promise<void> {
    if (now() < due || !session.open) return
    const { createRequest } = await import('#core/protocol/identity.ts')
    const { key, request } = await createRequest()
    newKey = key
    session.send({ type: 'renew', request })
  }

  function lookAgain(): void {
    look().catch((error: unknown) => log.error('a new certificate could not be asked for', { error }))
  }

  const timer = setInterval(lookAgain, lookEveryMs)
  lookAgain()
  return {
    accept(certificate) {
      if (newKey === undefined) throw new Error('a certificate came that nobody had asked for')
      writeIdentity(directory, { ...identity, key: newKey, certificate })
      newKey = undefined
      log.info('this node has a new certificate')
    },
    [Symbol.dispose]() {
      clearInterval(timer)
    },
  }
}
