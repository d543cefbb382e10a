import { bigint, boolean, index, integer, jsonb, text, uuid } from 'drizzle-orm/pg-core'
import { moment, panelSchema } from './panel-schema.ts'

/** Where machines stand, e.g. `Frankfurt`: roles and people choose by it. */
export const locations = panelSchema.table('locations', {
  id: uuid('id').primaryKey(),
  name: text('name').notNull().unique(),
  description: text('description').notNull().default(''),
  createdAt: moment('created_at').notNull().defaultNow(),
})

export const nodes = panelSchema.table('nodes', {
  id: uuid('id').primaryKey(),
  locationId: uuid('location_id').references(() => locations.id, { onDelete: 'set null' }),
  name: text('name').notNull().unique(),
  /** True for the one that `stellar up` runs beside the panel. */
  isLocal: boolean('is_local').notNull().default(false),
  /** Host name or address that players connect to. */
  publicAddress: text('public_address').notNull(),
  portFrom: integer('port_from').notNull(),
  portTo: integer('port_to').notNull(),
  /** Share of the machine's memory and disk that servers may be promised, in percent. */
  memoryPercent: integer('memory_percent').notNull().default(90),
  diskPercent: integer('disk_percent').notNull().default(90),
  /** `[{from, to}]`: image mirrors. */
  mirrors: jsonb('mirrors').$type<{ from: string; to: string }[]>().notNull().default([]),
  /** `[{registry, username, password}]`, encrypted as one text. */
  registryLogins: text('registry_logins'),
  createdAt: moment('created_at').notNull().defaultNow(),
  enrolledAt: moment('enrolled_at'),
  lastSeenAt: moment('last_seen_at'),
  /** Last NodeStatus; `at` within says how old it is. */
  status: jsonb('status').$type<Record<string, unknown>>(),
  /** Facts of this outbox up to `factSeq` are applied. */
  outboxId: text('outbox_id'),
  factSeq: bigint('fact_seq', { mode: 'number' }).notNull().default(0),
})

/** Certificates this panel issued; what is not here is nobody. */
export const nodeCertificates = panelSchema.table(
  'node_certificates',
  {
    /** SHA-256 of the DER, hex. */
    fingerprint: text('fingerprint').primaryKey(),
    nodeId: uuid('node_id')
      .notNull()
      .references(() => nodes.id, { onDelete: 'cascade' }),
    serial: text('serial').notNull(),
    notAfter: moment('not_after').notNull(),
    revokedAt: moment('revoked_at'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [index('node_certificates_node').on(table.nodeId)],
)

export const enrolmentTokens = panelSchema.table('enrolment_tokens', {
  id: text('id').primaryKey(),
  nodeId: uuid('node_id')
    .notNull()
    .references(() => nodes.id, { onDelete: 'cascade' }),
  /** SHA-256 of the secret, hex. */
  secretHash: text('secret_hash').notNull(),
  createdAt: moment('created_at').notNull().defaultNow(),
  expiresAt: moment('expires_at').notNull(),
  usedAt: moment('used_at'),
  /** SHA-256 of the public key of the request that used it: the same key may ask again. */
  keyHash: text('key_hash'),
})
