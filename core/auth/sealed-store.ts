// Sealed texts wherever they lie in the database, for `stellar keys rotate`; for the system role.
import { sql } from 'drizzle-orm'
import type { Transaction } from '#core/db/database.ts'
import { type SealedColumn, sealedColumns } from '#core/db/sealed-columns.ts'
import { sealedText } from './secrets.ts'

const batchRows = 200
/** Of PostgreSQL's advisory locks. */
const rotationLock = 0x5741_0010

/** Until the transaction ends: one rotation at a time decides about the key. */
export async function oneRotation(tx: Transaction): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${rotationLock}::bigint)`)
}

/** Rows with a text of another key than this one, in the order of their ids as text. */
export async function lockBatch(tx: Transaction, { table, column, id }: SealedColumn, version: string, after: string) {
  const [name, value, key] = [sql.identifier(table), sql.identifier(column), sql.identifier(id)]
  return await tx.execute<{ id: string; text: string }>(sql`
    select ${key}::text as id, ${value}::text as text from panel.${name}
    where ${key}::text > ${after} collate "C"
      and ${value}::text ~ ${`v1\\.(?!${version}\\.)[A-Za-z0-9_-]{8}\\.[A-Za-z0-9_-]{16}\\.`}
    order by ${key}::text collate "C" limit ${batchRows} for update`)
}

export async function writeText(tx: Transaction, { table, column, id, type }: SealedColumn, key: string, text: string) {
  const cast = type === 'jsonb' ? sql`::text::jsonb` : sql`::text`
  await tx.execute(sql`
    update panel.${sql.identifier(table)} set ${sql.identifier(column)} = ${text}${cast}
    where ${sql.identifier(id)}::text = ${key}`)
}

/** Key versions that occur in the database. */
export async function findVersions(tx: Transaction): Promise<Set<string>> {
  const versions = new Set<string>()
  for (const { table, column } of sealedColumns) {
    const rows = await tx.execute<{ version: string }>(sql`
      select distinct found[1] as version
      from panel.${sql.identifier(table)}, regexp_matches(${sql.identifier(column)}::text, ${sealedText.source.replaceAll('\\w', 'A-Za-z0-9_')}, 'g') as found`)
    for (const { version } of rows) versions.add(version)
  }
  return versions
}
