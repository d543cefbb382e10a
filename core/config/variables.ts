// What an operator can set, once: the variable of the environment, the key in stellar.config.ts, and what may be shown.

export interface Setting {
  /** Of the environment. */
  readonly variable: string
  /** In stellar.config.ts, where it may stand there. */
  readonly key?: string
  /** What `stellar config show` shows when nobody set it; the value itself is made in environment.ts. */
  readonly fallback: string
  /** A password or key: never shown. `address`: only its password is hidden. */
  readonly secret?: true | 'address'
  /** The same from a file, as Docker and Kubernetes mount secrets: a variable with _FILE at its end. */
  readonly fromFile?: true
}

export const settings = [
  { variable: 'STELLAR_DATA', fallback: './data' },
  { variable: 'STELLAR_HOST', key: 'host', fallback: '127.0.0.1' },
  { variable: 'STELLAR_PORT', key: 'port', fallback: '3000' },
  { variable: 'STELLAR_LINK_HOST', key: 'linkHost', fallback: 'as STELLAR_HOST' },
  { variable: 'STELLAR_LINK_PORT', key: 'linkPort', fallback: '8443' },
  { variable: 'STELLAR_URL', key: 'url', fallback: 'what the browser asked for' },
  { variable: 'STELLAR_TRUSTED_PROXIES', key: 'trustedProxies', fallback: 'none' },
  { variable: 'STELLAR_API_LIMIT', key: 'apiPerMinute', fallback: '720' },
  {
    variable: 'DATABASE_URL',
    key: 'databaseUrl',
    fallback: 'the embedded PostgreSQL',
    secret: 'address',
    fromFile: true,
  },
  { variable: 'STELLAR_OWNER_EMAIL', fallback: 'none' },
  { variable: 'STELLAR_OWNER_PASSWORD', fallback: 'none', secret: true, fromFile: true },
  { variable: 'STELLAR_OWNER_API_KEY_FILE', fallback: 'none' },
  // Read where secrets are opened, so that the key is in nobody else's hands.
  { variable: 'STELLAR_SECRET_KEY', fallback: 'panel/secret.key', secret: true, fromFile: true },
  { variable: 'STELLAR_SECRET_KEY_OLD', fallback: 'panel/secret.key.old', secret: true, fromFile: true },
  { variable: 'STELLAR_SMTP_URL', fallback: 'what the panel’s settings say', secret: 'address', fromFile: true },
  { variable: 'STELLAR_MAIL_FROM', fallback: 'what the panel’s settings say' },
  { variable: 'STELLAR_INSTALL_DOCKER', key: 'installDocker', fallback: 'ask' },
  { variable: 'STELLAR_LOG_LEVEL', key: 'logLevel', fallback: 'info' },
  { variable: 'STELLAR_TOKEN', fallback: 'none', secret: true, fromFile: true },
  // Read by the commands that speak to a panel.
  { variable: 'STELLAR_API_URL', fallback: 'none' },
  { variable: 'STELLAR_API_KEY', fallback: 'none', secret: true, fromFile: true },
] as const satisfies readonly Setting[]

type Known = (typeof settings)[number]
export type Variable = Known['variable'] | `${Extract<Known, { fromFile: true }>['variable']}_FILE`

export const variables: readonly string[] = settings.flatMap((setting: Setting) =>
  setting.fromFile ? [setting.variable, `${setting.variable}_FILE`] : [setting.variable],
)
