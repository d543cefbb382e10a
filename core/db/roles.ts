// The three roles behind the doors. They belong to the whole PostgreSQL server, so they are made before the first
// migration: by us where the login may, else by an administrator who is told how.
import type postgres from 'postgres'
import { PublicError } from '#core/base/errors.ts'

/** panel_app: requests of people. panel_system: nodes and jobs. panel_lookup: owns the functions that policies and jobs ask. */
const roles = ['panel_app', 'panel_system', 'panel_lookup'] as const

interface Login {
  readonly name: string
  readonly database: string
  readonly version: number
  readonly superuser: boolean
  readonly createsRoles: boolean
  readonly inherits: boolean
  readonly createsSchemas: boolean
}

export interface Prepared {
  /** Row-level security does not bind a superuser: the roles protect, but the login could step out of them. */
  readonly loginIsSuperuser: boolean
}

/** Safe to run at every start, and by several at once. */
export async function prepareRoles(sql: postgres.Sql | postgres.TransactionSql): Promise<Prepared> {
  const login = await readLogin(sql)
  if (login.version < 150_000) {
    throw new PublicError(
      'database-too-old',
      `PostgreSQL 15 or newer is needed; the server at DATABASE_URL is version ${Math.floor(login.version / 10_000)}.`,
      { status: 500 },
    )
  }
  const missing = await missingRoles(sql, login)
  const stepsOut = !login.superuser && login.version < 160_000 && login.inherits
  if (missing.length > 0 || stepsOut || !login.createsSchemas) {
    if (!login.createsSchemas || !(login.createsRoles || login.superuser)) throw needsAdministrator(login)
    try {
      for (const role of missing) await sql.unsafe(makeRole(role, login))
      if (stepsOut) await sql.unsafe(`ALTER ROLE ${quote(login.name)} NOINHERIT`)
    } catch (error) {
      // e.g. the roles were made by somebody else, who alone may pass them on.
      throw needsAdministrator(login, error)
    }
  }
  // `panel` for the tables; `stellar` for what only the login needs: the roles cannot look into it.
  await sql.unsafe('CREATE SCHEMA IF NOT EXISTS panel; CREATE SCHEMA IF NOT EXISTS stellar')
  return { loginIsSuperuser: login.superuser }
}

/** What an administrator runs once for a login that may not make roles. */
export function administratorScript(login: Pick<Login, 'name' | 'database' | 'version'>): string {
  const name = quote(login.name)
  return [
    `-- as a superuser, in the database ${login.database}`,
    ...roles.map((role) => makeRole(role, login)),
    ...(login.version < 160_000 ? [`ALTER ROLE ${name} NOINHERIT;`] : []),
    `GRANT CREATE ON DATABASE ${quote(login.database)} TO ${name};`,
  ].join('\n')
}

async function readLogin(sql: postgres.Sql | postgres.TransactionSql): Promise<Login> {
  const [login] = await sql<Login[]>`
    select current_user::text as name, current_database()::text as database,
           current_setting('server_version_num')::int as version,
           rolsuper as superuser, rolcreaterole as "createsRoles", rolinherit as inherits,
           has_database_privilege(current_database(), 'CREATE') as "createsSchemas"
    from pg_roles where rolname = current_user`
  if (!login) throw new Error('PostgreSQL does not know the role it let in.')
  return login
}

async function missingRoles(sql: postgres.Sql | postgres.TransactionSql, login: Login): Promise<string[]> {
  const kind = login.version < 160_000 ? 'MEMBER' : 'SET'
  const ready = await sql<{ name: string }[]>`
    select rolname::text as name from pg_roles
    where rolname in ${sql([...roles])} and pg_has_role(current_user, oid, ${kind})
      -- From version 16 a membership tells whether it is inherited; an inherited one would see every row.
      and (${login.superuser} or ${login.version < 160_000} or not pg_has_role(current_user, oid, 'USAGE'))`
  return roles.filter((role) => !ready.some(({ name }) => name === role))
}

function makeRole(role: string, login: Pick<Login, 'name' | 'version'>): string {
  // Without inheritance: otherwise the login would have the rights, and the policies, of all three at once.
  const options = login.version < 160_000 ? '' : ' WITH INHERIT FALSE, SET TRUE'
  return [
    'DO $$ BEGIN',
    `  CREATE ROLE ${role} NOLOGIN NOSUPERUSER NOBYPASSRLS;`,
    'EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;',
    'END $$;',
    `GRANT ${role} TO ${quote(login.name)}${options};`,
  ].join('\n')
}

function needsAdministrator(login: Login, cause?: unknown): PublicError {
  return new PublicError(
    'database-roles',
    `The account ${login.name} at DATABASE_URL may not prepare the database ${login.database}. ` +
      `Let an administrator of that PostgreSQL run this once, then start Stellar again:\n\n${administratorScript(login)}\n`,
    {
      status: 500,
      hint: 'Or give the account the right to do it itself: it must own the database and have CREATEROLE.',
      cause,
    },
  )
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
