// Every column that holds sealed texts (core/auth/secrets.ts), alone or within JSON: what `stellar keys rotate` seals anew.
// A test dumps the database after the features that seal were used, and fails where one is missing here.

export interface SealedColumn {
  readonly table: string
  readonly column: string
  /** The primary key. */
  readonly id: string
  readonly type: 'text' | 'jsonb'
}

export const sealedColumns: readonly SealedColumn[] = [
  // Variables of the kind `secret`.
  { table: 'servers', column: 'variables', id: 'id', type: 'jsonb' },
  // Sign-ins for private registries.
  { table: 'nodes', column: 'registry_logins', id: 'id', type: 'text' },
  // Keys of the link's authority, the mail server's password, secrets of sign-in providers.
  { table: 'settings', column: 'value', id: 'key', type: 'jsonb' },
  // Letters that wait: links that open accounts.
  { table: 'mails', column: 'sealed', id: 'id', type: 'text' },
  { table: 'totp_factors', column: 'secret', id: 'user_id', type: 'text' },
  { table: 'provider_flows', column: 'secrets', id: 'state_hash', type: 'text' },
  { table: 'signing_keys', column: 'private_key', id: 'id', type: 'text' },
]
