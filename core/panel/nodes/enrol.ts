// Enrolment at the panel: a token is shown once, used once, and bound to the key of the first machine that uses it.
import type { Transaction } from '#core/db/database.ts'

/** The token as text, to be shown once; its hash is stored. In a transaction of the system role. Valid for 24 hours. */
export declare function createEnrolmentToken(tx: Transaction, nodeId: string): Promise<string>
