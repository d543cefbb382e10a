// Whether those who watch may still watch: their sessions, their rights, and what they look at.
import { sql } from 'drizzle-orm'
import type { Transaction } from '#core/db/database.ts'
import type { Subject } from '#core/permissions/can.ts'

/** Sessions that are still good, with what their people are now. */
export async function goodSessions(
  tx: Transaction,
  sessionIds: readonly string[],
): Promise<Map<string, { userId: string; isOwner: boolean }>> {
  const rows = await tx.execute<{ id: string; userId: string; isOwner: boolean }>(sql`
    select s.id, u.id as "userId", u.is_owner as "isOwner"
    from panel.sessions s join panel.users u on u.id = s.user_id
    where s.id = any(${`{${sessionIds.join(',')}}`}::uuid[]) and s.expires_at > now() and u.suspended_at is null`)
  return new Map(rows.map(({ id, userId, isOwner }) => [id, { userId, isOwner }]))
}

/** Those of the servers that still exist, with what decides who may see them. */
export async function subjectsOf(tx: Transaction, serverIds: readonly string[]): Promise<Map<string, Subject>> {
  const rows = await tx.execute<{ id: string; ownerId: string; nodeId: string }>(sql`
    select id, owner_id as "ownerId", node_id as "nodeId"
    from panel.servers where id = any(${`{${serverIds.join(',')}}`}::uuid[])`)
  return new Map(rows.map((row) => [row.id, row]))
}
