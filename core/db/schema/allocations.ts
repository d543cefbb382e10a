import { index, integer, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { nodes } from './nodes.ts'
import { panelSchema } from './panel-schema.ts'
import { servers } from './servers.ts'

/** Ports that are promised. The primary key is what makes a port belong to one server. */
export const allocations = panelSchema.table(
  'allocations',
  {
    nodeId: uuid('node_id')
      .notNull()
      .references(() => nodes.id, { onDelete: 'cascade' }),
    port: integer('port').notNull(),
    serverId: uuid('server_id')
      .notNull()
      .references(() => servers.id, { onDelete: 'cascade' }),
    /** Name of the blueprint's port. */
    name: text('name').notNull(),
    protocol: text('protocol').notNull(),
  },
  (table) => [primaryKey({ columns: [table.nodeId, table.port] }), index('allocations_server').on(table.serverId)],
)
