// A new account, whoever makes it. An address belongs to one.
import { randomUUID } from 'node:crypto'
import type { Transaction } from '#core/db/database.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor } from '#core/panel/context.ts'
import { insertAccount, type JoinedBy } from './store.ts'

export interface NewAccount {
  readonly name: string
  readonly email: string
  /** Undefined: it signs in by other means, or chooses one by a link. */
  readonly passwordHash: string | undefined
  readonly verified: boolean
  readonly joinedBy: JoinedBy
}

/** In a transaction of the system role. Undefined: the address has an account. `by`: the account itself unless given. */
export async function createAccount(
  tx: Transaction,
  account: NewAccount,
  by: Actor | Omit<Actor, 'userId' | 'name'>,
  now: number,
): Promise<string | undefined> {
  const id = randomUUID()
  const { name, verified, joinedBy } = account
  const made = await insertAccount(tx, {
    id,
    ...account,
    emailVerifiedAt: verified ? new Date(now).toISOString() : null,
  })
  if (!made) return undefined
  const actor: Actor = { userId: id, name, ...by }
  await record(tx, actor, { action: 'account.create', subject: name, meta: { userId: id, joinedBy } })
  return id
}
