import { bigint, index, jsonb, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { moment, panelSchema } from './panel-schema.ts'

/** Who did what to what. Append-only: the application roles may neither change nor delete. */
export const activity = panelSchema.table(
  'activity',
  {
    id: bigint('id', { mode: 'number' }).generatedAlwaysAsIdentity(),
    at: moment('at').notNull().defaultNow(),
    /** Null: the system itself. */
    actorId: uuid('actor_id'),
    /** The name at that time: people go, the record stays. */
    actorName: text('actor_name').notNull(),
    /** `session`, `api-key`, `command-line`, `system`. */
    via: text('via').notNull(),
    /** e.g. `server.create`, `server.power.start`, `session.sign-in`. */
    action: text('action').notNull(),
    serverId: uuid('server_id'),
    /** Name of what was acted on, at that time. */
    subject: text('subject'),
    meta: jsonb('meta').$type<Record<string, unknown>>().notNull().default({}),
    address: text('address'),
    userAgent: text('user_agent'),
    /** Of the session or key that was used. */
    credentialId: uuid('credential_id'),
    /** Who really acted while looking through another account. */
    impersonatorId: uuid('impersonator_id'),
    /** What changed, where it matters: the fields as they were and as they became. Never secrets. */
    before: jsonb('before').$type<Record<string, unknown>>(),
    after: jsonb('after').$type<Record<string, unknown>>(),
    requestId: text('request_id'),
    outcome: text('outcome').$type<'done' | 'refused' | 'failed'>().notNull().default('done'),
  },
  (table) => [
    primaryKey({ columns: [table.id] }),
    index('activity_server').on(table.serverId, table.id.desc().nullsFirst()),
    index('activity_at').on(table.at),
    index('activity_actor').on(table.actorId, table.id.desc().nullsFirst()),
  ],
)
