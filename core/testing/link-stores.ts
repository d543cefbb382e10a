// The stores of the link without PostgreSQL, for tests.
import type { Secrets } from '#core/panel/context.ts'
import type { AuthorityStore } from '#core/panel/nodes/authority.ts'
import type { CertificateStore, KnownCertificate, StoredToken } from '#core/panel/nodes/certificate-store.ts'

export const plainSecrets: Secrets = {
  encrypt: (plain) => `sealed:${Buffer.from(plain).toString('base64')}`,
  decrypt: (sealed) => Buffer.from(sealed.slice('sealed:'.length), 'base64').toString(),
}

export interface MemoryStores extends AuthorityStore, CertificateStore {
  readonly settings: Map<string, unknown>
  readonly certificates: Map<string, KnownCertificate & { order: number }>
  readonly tokens: Map<string, StoredToken>
  revokeAll(nodeId: string): void
}

/** The two stores of the link without PostgreSQL. */
export function memoryStores(): MemoryStores {
  const settings = new Map<string, unknown>()
  const certificates: MemoryStores['certificates'] = new Map()
  const tokens = new Map<string, StoredToken>()
  let turn = Promise.resolve<unknown>(undefined)
  const revoke = (which: (row: KnownCertificate & { order: number }) => boolean) => {
    for (const [fingerprint, row] of certificates) {
      if (which(row)) certificates.set(fingerprint, { ...row, revokedAt: new Date().toISOString() })
    }
  }
  const stores: MemoryStores = {
    settings,
    certificates,
    tokens,
    read: async (key) => settings.get(key),
    async insert(key, value) {
      if (!settings.has(key)) settings.set(key, value)
      return settings.get(key)
    },
    replace: async (key, value) => void settings.set(key, value),
    find: async (fingerprint) => certificates.get(fingerprint),
    async add(nodeId, { fingerprint, notAfter }) {
      certificates.set(fingerprint, { nodeId, notAfter, revokedAt: null, order: certificates.size })
    },
    async retireOlder(nodeId, fingerprint) {
      const order = certificates.get(fingerprint)?.order ?? 0
      revoke((row) => row.nodeId === nodeId && row.order < order)
    },
    withToken(id, work) {
      const mine = turn.then(() =>
        work(tokens.get(id), async (keyHash, issued) => {
          const token = tokens.get(id)
          if (!token) throw new Error('no such token')
          tokens.set(id, { ...token, usedAt: new Date().toISOString(), keyHash })
          await stores.add(token.nodeId, issued)
        }),
      )
      turn = mine.catch(() => {})
      return mine
    },
    revokeAll: (nodeId) => revoke((row) => row.nodeId === nodeId),
  }
  return stores
}
