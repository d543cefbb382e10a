// Certificates this panel issued and the tokens they are asked for with; what is not here is nobody.
import type { Database } from '#core/db/database.ts'

export interface CertificateStore {
  find(fingerprint: string): Promise<{ nodeId: string; notAfter: string; revokedAt: string | null } | undefined>
}

export declare function openCertificateStore(database: Database): CertificateStore
