// Counters of fixed windows in the table rate_limits, for all panels of one database. Rows are taken in the order of their
// keys everywhere, so that two transactions never wait for one another.
import { lt, sql } from 'drizzle-orm'
import type { Transaction } from '#core/db/database.ts'
import { rateLimits } from '#core/db/schema/tokens.ts'

export interface Counter {
  readonly key: string
  readonly count: number
  readonly endsAt: number
  /** It had no try left, and nothing was counted. */
  readonly spent: boolean
}

export interface Asked {
  readonly key: string
  /** Added to the count. */
  readonly by: number
  readonly tries: number
  /** Of the window, if this begins one. */
  readonly endsAt: number
}

/** One statement. `ifNoneSpent`: when one of the keys has no try left, none is counted, and only those without are answered. */
export async function addToCounters(
  tx: Transaction,
  asked: readonly Asked[],
  now: number,
  { ifNoneSpent }: { readonly ifNoneSpent: boolean },
): Promise<Counter[]> {
  const rows = await tx.execute<{ key: string; count: number; ends_at: string | number; spent: boolean }>(sql`
    with asked as (
      select * from jsonb_to_recordset(${JSON.stringify(asked)}::text::jsonb)
        as a(key text, by int, tries int, "endsAt" bigint)
    ), spent as (
      select key, count, ends_at, true as spent from panel.rate_limits join asked using (key)
      where ${ifNoneSpent} and ends_at > ${now}::bigint and count >= tries
    ), counted as (
      insert into panel.rate_limits as l (key, count, ends_at)
      select key, by, "endsAt" from asked where not exists (select from spent) order by key
      on conflict (key) do update set
        count = least(1000000000, excluded.count + case when l.ends_at > ${now}::bigint then l.count else 0 end),
        ends_at = case when l.ends_at > ${now}::bigint then l.ends_at else excluded.ends_at end
      returning key, count, ends_at, false
    )
    select * from spent union all select * from counted`)
  return rows.map(({ key, count, ends_at, spent }) => ({ key, count, spent, endsAt: Number(ends_at) }))
}

/** Takes one try back from each of `undone`, and all of `cleared`. */
export async function giveBackTries(
  tx: Transaction,
  { undone = [], cleared = [] }: { readonly undone?: readonly string[]; readonly cleared?: readonly string[] },
): Promise<void> {
  await tx.execute(sql`
    with keys as (
      select key, all_of_it from jsonb_to_recordset(${JSON.stringify([
        ...undone.map((key) => ({ key, all_of_it: false })),
        ...cleared.map((key) => ({ key, all_of_it: true })),
      ])}::text::jsonb) as k(key text, all_of_it boolean)
    ), taken as materialized (
      select l.key, all_of_it from panel.rate_limits l join keys using (key) order by l.key for update of l
    )
    update panel.rate_limits l set count = case when all_of_it then 0 else greatest(0, count - 1) end
    from taken where taken.key = l.key`)
}

export async function removeEndedCounters(tx: Transaction, now: number): Promise<void> {
  await tx.delete(rateLimits).where(lt(rateLimits.endsAt, now))
}
