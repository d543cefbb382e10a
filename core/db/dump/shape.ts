// What a dump says of itself before its rows: enough to refuse it, and to load it in an order that keys allow.
import type postgres from 'postgres'
import { z } from 'zod'

export const shapeSchema = z.object({
  /** Names of the migrations the database had, in their order. */
  migrations: z.array(z.string().max(200)).min(1).max(10_000),
  /** In an order in which every row's references are there already. */
  tables: z
    .array(z.object({ name: z.string().max(63), columns: z.array(z.string().max(63)).min(1).max(1600) }))
    .min(1)
    .max(1000),
})
export type Shape = z.output<typeof shapeSchema>
export type DumpTable = Shape['tables'][number]

interface Found {
  readonly name: string
  readonly columns: string[]
  readonly references: string[]
}

/** Of the database as it is, without migrating it. Undefined when no panel has ever used it. */
export async function readShape(sql: postgres.Sql | postgres.TransactionSql): Promise<Shape | undefined> {
  const [there] = await sql<{ there: boolean }[]>`select to_regclass('stellar.migrations') is not null as there`
  if (!there?.there) return undefined
  const migrations = await sql<{ name: string }[]>`select name from stellar.migrations order by name`
  // Partitions come with the table they belong to; generated columns are generated again.
  const tables = await sql<Found[]>`
    select c.relname::text as name,
      (select array_to_json(array_agg(a.attname order by a.attnum)) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
      (select coalesce(array_to_json(array_agg(distinct r.relname)), '[]') from pg_constraint k
        join pg_class r on r.oid = k.confrelid
        where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as references
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'panel' and c.relkind in ('r', 'p') and not c.relispartition
    order by c.relname`
  if (migrations.length === 0 || tables.length === 0) return undefined
  return { migrations: migrations.map(({ name }) => name), tables: inOrder(tables) }
}

/** Those without open references first. Throws when tables refer to one another in a ring, which ours never do. */
function inOrder(tables: readonly Found[]): DumpTable[] {
  const ordered: DumpTable[] = []
  const waiting = new Map(tables.map((table) => [table.name, table]))
  while (waiting.size > 0) {
    const free = [...waiting.values()].filter(({ references }) => !references.some((name) => waiting.has(name)))
    if (free.length === 0) throw new Error(`tables refer to one another in a ring: ${[...waiting.keys()].join(', ')}`)
    for (const { name, columns } of free) {
      ordered.push({ name, columns })
      waiting.delete(name)
    }
  }
  return ordered
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

export const quotedList = (names: readonly string[]): string => names.map(quoted).join(', ')
