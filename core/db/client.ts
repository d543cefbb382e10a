// Connections to PostgreSQL: where it is, and how a session begins.
import postgres from 'postgres'

/** A URL, or the folder of a Unix socket. */
export type Target =
  | { readonly url: string }
  | { readonly host: string; readonly port: number; readonly database: string; readonly username: string }

/** The login migrates and owns the tables; requests and jobs never use it. */
export type Role = 'panel_app' | 'panel_system'

/** A plain client of the login role, for the supervisor, migrations and tests. */
export function connect(target: Target, options: postgres.Options<Record<string, never>> = {}): postgres.Sql {
  const common: postgres.Options<Record<string, never>> = {
    connect_timeout: 10,
    // A refused connection is tried again when the next query asks: not after twenty seconds, as the default would.
    backoff: () => 0.1,
    onnotice: () => {},
    // Types of arrays: nobody here reads any, and asking costs a round trip per connection.
    fetch_types: false,
    ...options,
    connection: { application_name: 'stellar', TimeZone: 'UTC', ...options.connection },
  }
  return 'url' in target ? postgres(target.url, common) : postgres({ ...target, ...common })
}

/**
 * A promise while the server is known to be away, e.g. being started again; it resolves when that is over. Better than
 * asking the server every tenth of a second.
 */
export type Outage = () => Promise<void> | undefined
