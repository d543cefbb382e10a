// The panel's private certificate authority and the certificate of its link port: made once, kept sealed in the
// database, the latter made anew at two thirds of its life.
import { z } from 'zod'
import type { Secrets } from '#core/panel/context.ts'
import { type KeyAndCertificate, pinOf, renewalTime } from '#core/protocol/certificate.ts'
import type { IssuedCertificate, VerifiedRequest } from '#core/protocol/identity.ts'

/** Where the two are kept. The real one is authority-store.ts. */
export interface AuthorityStore {
  read(key: string): Promise<unknown>
  /** Keeps what is there already and returns it, so that two panels starting at once agree on one authority. */
  insert(key: string, value: unknown): Promise<unknown>
  replace(key: string, value: unknown): Promise<void>
}

export interface Authority {
  /** PEM, public. */
  readonly certificate: string
  /** SHA-256 of its public key, base64url: what an enrolment token carries. */
  readonly pin: string
  /** Everything but the public key comes from us: names and extensions of the request are ignored. */
  issueNode(request: VerifiedRequest, nodeId: string): Promise<IssuedCertificate>
  /** Key and certificate of the link port, made anew when two thirds of its life are over. */
  link(): Promise<KeyAndCertificate>
}

export interface AuthorityOptions {
  readonly store: AuthorityStore
  readonly secrets: Secrets
  readonly now?: () => number
}

export const authorityKey = 'link.authority'
const linkKey = 'link.certificate'
/** As stored: the certificate is public, the key sealed. */
const sealedSchema = z.object({ certificate: z.string(), sealedKey: z.string() })

export async function loadAuthority({ store, secrets, now = Date.now }: AuthorityOptions): Promise<Authority> {
  const seal = ({ certificate, key }: KeyAndCertificate) => ({ certificate, sealedKey: secrets.encrypt(key) })
  const open = (value: unknown): KeyAndCertificate => {
    const { certificate, sealedKey } = sealedSchema.parse(value)
    return { certificate, key: secrets.decrypt(sealedKey) }
  }
  const load = async (key: string, make: () => Promise<KeyAndCertificate>) =>
    open((await store.read(key)) ?? (await store.insert(key, seal(await make()))))

  const authority = await load(authorityKey, async () => (await maker()).createAuthority(now()))
  return {
    certificate: authority.certificate,
    pin: pinOf(authority.certificate),
    issueNode: async (request, nodeId) => await (await maker()).issueNodeCertificate(authority, request, nodeId, now()),
    async link() {
      const current = await load(linkKey, async () => (await maker()).issueLinkCertificate(authority, now()))
      if (now() < renewalTime(current.certificate)) return current
      const renewed = await (await maker()).issueLinkCertificate(authority, now())
      await store.replace(linkKey, seal(renewed))
      return renewed
    },
  }
}

/** Only when one is to be made, which on most days none is. */
const maker = () => import('#core/protocol/identity.ts')

/** Of the stored authority, for whoever has only a transaction at hand. */
export function pinOfStored(value: unknown): string {
  return pinOf(sealedSchema.parse(value).certificate)
}
