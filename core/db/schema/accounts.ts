import { sql } from 'drizzle-orm'
import { boolean, index, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { moment, panelSchema } from './panel-schema.ts'

export const users = panelSchema.table(
  'users',
  {
    id: uuid('id').primaryKey(),
    name: text('name').notNull(),
    email: text('email').notNull(),
    /** PHC string; the parameters are in it. */
    passwordHash: text('password_hash').notNull(),
    /** The owner may do everything; others see what is theirs. */
    isOwner: boolean('is_owner').notNull().default(false),
    theme: text('theme').notNull().default('system'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('users_email').on(sql`lower(${table.email})`),
    // Two racing first-run requests make one owner: the second insert fails here.
    uniqueIndex('users_one_owner').on(table.isOwner).where(sql`${table.isOwner}`),
  ],
)

export const sessions = panelSchema.table(
  'sessions',
  {
    id: uuid('id').primaryKey(),
    /** SHA-256 of the cookie's secret, hex. */
    tokenHash: text('token_hash').notNull().unique(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    createdAt: moment('created_at').notNull().defaultNow(),
    expiresAt: moment('expires_at').notNull(),
    lastUsedAt: moment('last_used_at').notNull().defaultNow(),
    address: text('address'),
    userAgent: text('user_agent'),
  },
  (table) => [index('sessions_user').on(table.userId), index('sessions_expiry').on(table.expiresAt)],
)

export const apiKeys = panelSchema.table(
  'api_keys',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    /** The first characters, to recognise it by. */
    prefix: text('prefix').notNull(),
    /** SHA-256 of the whole key, hex. */
    keyHash: text('key_hash').notNull().unique(),
    createdAt: moment('created_at').notNull().defaultNow(),
    expiresAt: moment('expires_at'),
    lastUsedAt: moment('last_used_at'),
  },
  (table) => [index('api_keys_user').on(table.userId)],
)
