import { sql } from 'drizzle-orm'
import { index, integer, text, uuid } from 'drizzle-orm/pg-core'
import { moment, panelSchema } from './panel-schema.ts'

/** What is to be sent, and for some days what became of it. */
export const mails = panelSchema.table(
  'mails',
  {
    id: uuid('id').primaryKey(),
    recipient: text('recipient').notNull(),
    /** What it is about, e.g. `reset-password`. */
    kind: text('kind').notNull(),
    /** Subject and both texts, encrypted: they hold links that open accounts. Null once it is sent or given up. */
    sealed: text('sealed'),
    createdAt: moment('created_at').notNull().defaultNow(),
    /** Not worth sending afterwards, e.g. because its link has ended. */
    expiresAt: moment('expires_at').notNull(),
    attempts: integer('attempts').notNull().default(0),
    /** Null: sent or given up. */
    nextAttemptAt: moment('next_attempt_at'),
    sentAt: moment('sent_at'),
    /** A sentence about the last failure. */
    error: text('error'),
  },
  (table) => [
    index('mails_due').on(table.nextAttemptAt).where(sql`${table.nextAttemptAt} is not null`),
    index('mails_created').on(table.createdAt),
  ],
)
