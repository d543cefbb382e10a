// Whether those who watch may still watch: their sessions or keys, their rights, and what they look at.
import { sql } from 'drizzle-orm'
import type { Transaction } from '#core/db/database.ts'
import type { Subject } from '#core/permissions/can.ts'

export interface GoodSession {
  readonly userId: string
  readonly impersonatorId: string | null
}

/** Sessions that have not ended, whose they are, and who looks through them. */
export async function goodSessions(tx: Transaction, sessionIds: readonly string[]): Promise<Map<string, GoodSession>> {
  const rows = await tx.execute<{ id: string; userId: string; impersonatorId: string | null }>(sql`
    select s.id, s.user_id as "userId", s.impersonator_id as "impersonatorId"
    from panel.sessions s where s.id = any(${`{${sessionIds.join(',')}}`}::uuid[]) and s.expires_at > now()`)
  return new Map(rows.map(({ id, userId, impersonatorId }) => [id, { userId, impersonatorId }]))
}

/** API keys that are still good, and whose they are. */
export async function goodKeys(tx: Transaction, keyIds: readonly string[]): Promise<Map<string, { userId: string }>> {
  if (keyIds.length === 0) return new Map()
  const rows = await tx.execute<{ id: string; userId: string }>(sql`
    select k.id, k.user_id as "userId"
    from panel.api_keys k where k.id = any(${`{${keyIds.join(',')}}`}::uuid[])
      and (k.expires_at is null or k.expires_at > now())`)
  return new Map(rows.map(({ id, userId }) => [id, { userId }]))
}

/** Those of the servers that still exist, with what decides who may see them. */
export async function subjectsOf(tx: Transaction, serverIds: readonly string[]): Promise<Map<string, Subject>> {
  const rows = await tx.execute<{ id: string; ownerId: string; nodeId: string; suspendedAt: string | null }>(sql`
    select id, owner_id as "ownerId", node_id as "nodeId", suspended_at::text as "suspendedAt"
    from panel.servers where id = any(${`{${serverIds.join(',')}}`}::uuid[])`)
  return new Map(rows.map((row) => [row.id, row]))
}
