// What several panels share about tokens and limits.
import { bigint, index, integer, jsonb, text, uuid } from 'drizzle-orm/pg-core'
import { apiKeys, sessions } from './accounts.ts'
import { moment, panelSchema } from './panel-schema.ts'

/** Key pairs that sign tokens; the newest signs, older ones still verify until `retired_at`. */
export const signingKeys = panelSchema.table('signing_keys', {
  /** `kid` of the tokens. */
  id: text('id').primaryKey(),
  purpose: text('purpose').$type<'console'>().notNull(),
  publicKey: jsonb('public_key').$type<Record<string, string>>().notNull(),
  /** JWK, encrypted. */
  privateKey: text('private_key').notNull(),
  createdAt: moment('created_at').notNull().defaultNow(),
  retiredAt: moment('retired_at'),
})

/** Tokens for one console each that were given out: what is not here, or was used, opens nothing. */
export const consoleTokens = panelSchema.table(
  'console_tokens',
  {
    /** `jti`. */
    id: uuid('id').primaryKey(),
    /** What it was asked with: when that ends, so does what the token opened. One of the two is set. */
    sessionId: uuid('session_id').references(() => sessions.id, { onDelete: 'cascade' }),
    keyId: uuid('key_id').references(() => apiKeys.id, { onDelete: 'cascade' }),
    expiresAt: moment('expires_at').notNull(),
    usedAt: moment('used_at'),
  },
  (table) => [index('console_tokens_expiry').on(table.expiresAt)],
)

/** Counters of fixed windows. Unlogged: a crash of the database forgives, which is cheaper than a synced write a request. */
export const rateLimits = panelSchema.table(
  'rate_limits',
  {
    /** What is limited and for whom, hashed where it names a person. */
    key: text('key').primaryKey(),
    count: integer('count').notNull(),
    /** Milliseconds since 1970. */
    endsAt: bigint('ends_at', { mode: 'number' }).notNull(),
  },
  (table) => [index('rate_limits_end').on(table.endsAt)],
)
