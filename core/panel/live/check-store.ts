// Whether those who watch may still watch: their sessions, their rights, and what they look at.
import { sql } from 'drizzle-orm'
import type { Transaction } from '#core/db/database.ts'

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

/** Owners of servers that still exist. */
export async function ownersOf(tx: Transaction, serverIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.execute<{ id: string; ownerId: string }>(sql`
    select id, owner_id as "ownerId" from panel.servers where id = any(${`{${serverIds.join(',')}}`}::uuid[])`)
  return new Map(rows.map(({ id, ownerId }) => [id, ownerId]))
}
