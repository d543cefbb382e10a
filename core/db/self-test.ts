// What must hold before the first request is let in: that PostgreSQL really keeps tenants apart. Fails closed.
import { PublicError } from '#core/base/errors.ts'
import { connect, type Role, type Target } from './client.ts'

/** Throws when a door would show more than it should, e.g. after somebody changed roles or policies by hand. */
export async function selfTest(target: Target): Promise<{ readonly serverVersion: string }> {
  await checkDoor(target, 'panel_system')
  return await checkDoor(target, 'panel_app')
}

async function checkDoor(target: Target, role: Role): Promise<{ serverVersion: string }> {
  const sql = connect(target, { max: 1, connection: { role } })
  try {
    const [door] = await sql<{ name: string; bypasses: boolean; ledger: boolean; version: string }[]>`
      select current_user::text as name, rolsuper or rolbypassrls as bypasses,
             has_schema_privilege('stellar', 'USAGE') as ledger, current_setting('server_version') as version
      from pg_roles where rolname = current_user`
    if (door?.name !== role) throw unprotected(`connections work as ${door?.name ?? 'nobody'} instead of ${role}`)
    if (door.bypasses) throw unprotected(`the role ${role} bypasses row-level security`)
    if (door.ledger) throw unprotected(`the role ${role} can reach the schema stellar`)
    const open = await sql<{ name: string }[]>`
      select c.relname::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'panel' and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)`
    if (open[0]) throw unprotected(`the table ${open[0].name} is not under forced row-level security`)
    if (role === 'panel_app') {
      const [seen] = await sql<{ rows: number }[]>`
        select (select count(*) from panel.servers)::int + (select count(*) from panel.activity where id > 0)::int
          + (select count(*) from (select id from panel.users limit 1) u)::int as rows`
      if (seen?.rows !== 0) throw unprotected('rows are shown to a connection that no user stands behind')
    }
    return { serverVersion: door.version.split(' ')[0] ?? door.version }
  } finally {
    await sql.end({ timeout: 5 })
  }
}

function unprotected(what: string): PublicError {
  return new PublicError('database-unprotected', `The database does not keep users apart: ${what}.`, {
    status: 500,
    hint: 'Somebody changed roles, grants or policies by hand. Undo that, or restore a backup; Stellar does not start like this.',
  })
}
