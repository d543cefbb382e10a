// Certificates this panel issued and the tokens they are asked for with; what is not here is nobody.
import { and, eq, isNull, lt, ne, sql } from 'drizzle-orm'
import type { Database, Transaction } from '#core/db/database.ts'
import { enrolmentTokens, nodeCertificates, nodes } from '#core/db/schema/nodes.ts'
import { record, systemActor } from '#core/panel/activity/record.ts'
import type { IssuedCertificate } from '#core/protocol/identity.ts'

export interface KnownCertificate {
  readonly nodeId: string
  /** ISO time, as the two below. */
  readonly notAfter: string
  readonly revokedAt: string | null
}

export interface StoredToken {
  readonly nodeId: string
  readonly secretHash: string
  readonly expiresAt: string
  readonly usedAt: string | null
  /** SHA-256 of the public key that used it. */
  readonly keyHash: string | null
}

/** Marks the token used by that key, stores the certificate, and notes that the node is enrolled. */
type Accept = (keyHash: string, issued: IssuedCertificate) => Promise<void>

export interface CertificateStore {
  find(fingerprint: string): Promise<KnownCertificate | undefined>
  add(nodeId: string, issued: IssuedCertificate): Promise<void>
  /** The node has used this one: those it had before are revoked. */
  retireOlder(nodeId: string, fingerprint: string): Promise<void>
  /** One transaction, in which nobody else can use the same token. */
  withToken<T>(id: string, work: (token: StoredToken | undefined, accept: Accept) => Promise<T>): Promise<T>
}

export function openCertificateStore(database: Database): CertificateStore {
  return {
    find: (fingerprint) =>
      database.withSystem(async (tx) => {
        const [row] = await tx.select().from(nodeCertificates).where(eq(nodeCertificates.fingerprint, fingerprint))
        return row
      }),
    add: (nodeId, issued) => database.withSystem((tx) => insertCertificate(tx, nodeId, issued)),
    retireOlder: (nodeId, fingerprint) =>
      database.withSystem(async (tx) => {
        const [current] = await tx.select().from(nodeCertificates).where(eq(nodeCertificates.fingerprint, fingerprint))
        if (!current) return
        const others = ne(nodeCertificates.fingerprint, fingerprint)
        await revoke(tx, nodeId, and(others, lt(nodeCertificates.createdAt, current.createdAt)))
      }),
    withToken: (id, work) =>
      database.withSystem(async (tx) => {
        const [token] = await tx.select().from(enrolmentTokens).where(eq(enrolmentTokens.id, id)).for('update')
        return await work(token, async (keyHash, issued) => {
          if (!token) throw new Error('a token that is not there cannot be used')
          await tx.update(enrolmentTokens).set({ usedAt: sql`now()`, keyHash }).where(eq(enrolmentTokens.id, id))
          const [node] = await tx
            .update(nodes)
            .set({ enrolledAt: sql`now()` })
            .where(eq(nodes.id, token.nodeId))
            .returning({ name: nodes.name })
          await record(tx, systemActor, { action: 'node.enrol', subject: node?.name })
          await insertCertificate(tx, token.nodeId, issued)
        })
      }),
  }
}

export interface NewToken {
  readonly id: string
  readonly nodeId: string
  readonly secretHash: string
  readonly expiresAt: string
}

export async function insertToken(tx: Transaction, token: NewToken): Promise<void> {
  await tx.insert(enrolmentTokens).values(token)
}

/** Every certificate of the node; call `hub.disconnect` after the commit. In a transaction of the system role. */
export async function revokeCertificates(tx: Transaction, nodeId: string): Promise<void> {
  await revoke(tx, nodeId)
}

async function insertCertificate(tx: Transaction, nodeId: string, issued: IssuedCertificate): Promise<void> {
  const { fingerprint, serial, notAfter } = issued
  await tx.insert(nodeCertificates).values({ fingerprint, serial, notAfter, nodeId })
}

async function revoke(tx: Transaction, nodeId: string, which?: ReturnType<typeof and>): Promise<void> {
  await tx
    .update(nodeCertificates)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(nodeCertificates.nodeId, nodeId), isNull(nodeCertificates.revokedAt), which))
}
