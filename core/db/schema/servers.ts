import { bigint, boolean, index, integer, jsonb, text, uuid } from 'drizzle-orm/pg-core'
import type { Blueprint } from '#core/domain/blueprint.ts'
import type { DesiredServer } from '#core/domain/plan.ts'
import type { Exit, ObservedState } from '#core/domain/server.ts'
import { users } from './accounts.ts'
import { nodes } from './nodes.ts'
import { moment, panelSchema } from './panel-schema.ts'

export const servers = panelSchema.table(
  'servers',
  {
    id: uuid('id').primaryKey(),
    name: text('name').notNull(),
    ownerId: uuid('owner_id')
      .notNull()
      .references(() => users.id),
    nodeId: uuid('node_id')
      .notNull()
      .references(() => nodes.id),
    createdAt: moment('created_at').notNull().defaultNow(),
    /** Null: not suspended. */
    suspendedAt: moment('suspended_at'),
    suspendedReason: text('suspended_reason'),

    // What was chosen.
    blueprintId: text('blueprint_id').notNull(),
    /** As it was when the server was made or last updated: a plugin that goes does not take servers with it. */
    blueprint: jsonb('blueprint').$type<Blueprint>().notNull(),
    image: text('image').notNull(),
    variables: jsonb('variables').$type<Record<string, string>>().notNull(),
    memoryBytes: bigint('memory_bytes', { mode: 'number' }).notNull(),
    cpuPercent: integer('cpu_percent').notNull(),
    diskBytes: bigint('disk_bytes', { mode: 'number' }).notNull(),

    // What should be: the node converges on it.
    /** Secrets among the variables are encrypted in `variables`; the desired state is made when it is sent. */
    revision: integer('revision').notNull().default(1),
    installRequest: integer('install_request').notNull().default(1),
    powerWant: text('power_want').$type<DesiredServer['power']['want']>().notNull().default('stopped'),
    powerRequest: integer('power_request').notNull().default(0),
    powerHow: text('power_how').$type<DesiredServer['power']['how']>().notNull().default('stop'),
    deletedAt: moment('deleted_at'),

    // What the node said last.
    state: text('state').$type<ObservedState>().notNull().default('installing'),
    stateSince: moment('state_since').notNull().defaultNow(),
    /** When the node said so. */
    observedAt: moment('observed_at').notNull().defaultNow(),
    observedRevision: integer('observed_revision').notNull().default(0),
    observedRequest: integer('observed_request').notNull().default(0),
    startedAt: moment('started_at'),
    exit: jsonb('exit').$type<Exit>(),
    reason: text('reason'),
    notReady: boolean('not_ready').notNull().default(false),
    restarts: integer('restarts').notNull().default(0),
    /** Id of the console problem seen in this run, from the blueprint's hints. */
    hint: text('hint'),
    installLog: jsonb('install_log').$type<string[]>(),
  },
  (table) => [index('servers_owner').on(table.ownerId), index('servers_node').on(table.nodeId)],
)
