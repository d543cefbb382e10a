// Who may do what: roles, who has which, members of servers, and invitations.
import { boolean, index, jsonb, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { users } from './accounts.ts'
import { locations, nodes } from './nodes.ts'
import { moment, panelSchema } from './panel-schema.ts'
import { servers } from './servers.ts'

/** Built-in presets (`preset` set) and custom ones. */
export const roles = panelSchema.table('roles', {
  id: uuid('id').primaryKey(),
  name: text('name').notNull().unique(),
  description: text('description').notNull().default(''),
  /** `super-admin`, `admin`, `moderator`, `support`, `user`; null: a custom role. Presets cannot be deleted. */
  preset: text('preset').unique(),
  /** Permissions and wildcards: `*`, `server.*`. */
  permissions: jsonb('permissions').$type<string[]>().notNull(),
  /** False: everywhere. True: only where roleNodes and roleLocations say, perhaps nowhere. */
  limited: boolean('limited').notNull().default(false),
  createdAt: moment('created_at').notNull().defaultNow(),
})

export const roleNodes = panelSchema.table(
  'role_nodes',
  {
    roleId: uuid('role_id')
      .notNull()
      .references(() => roles.id, { onDelete: 'cascade' }),
    nodeId: uuid('node_id')
      .notNull()
      .references(() => nodes.id, { onDelete: 'cascade' }),
  },
  (table) => [primaryKey({ columns: [table.roleId, table.nodeId] })],
)

export const roleLocations = panelSchema.table(
  'role_locations',
  {
    roleId: uuid('role_id')
      .notNull()
      .references(() => roles.id, { onDelete: 'cascade' }),
    locationId: uuid('location_id')
      .notNull()
      .references(() => locations.id, { onDelete: 'cascade' }),
  },
  (table) => [primaryKey({ columns: [table.roleId, table.locationId] })],
)

export const userRoles = panelSchema.table(
  'user_roles',
  {
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    roleId: uuid('role_id')
      .notNull()
      .references(() => roles.id, { onDelete: 'cascade' }),
    grantedBy: uuid('granted_by').references(() => users.id, { onDelete: 'set null' }),
    /** Set: given by this auth provider's mapping and taken away by it, too. */
    provider: text('provider'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.roleId] }), index('user_roles_role').on(table.roleId)],
)

/** Subusers: people who may do some things on a server that is not theirs. */
export const serverMembers = panelSchema.table(
  'server_members',
  {
    serverId: uuid('server_id')
      .notNull()
      .references(() => servers.id, { onDelete: 'cascade' }),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    permissions: jsonb('permissions').$type<string[]>().notNull(),
    invitedBy: uuid('invited_by').references(() => users.id, { onDelete: 'set null' }),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.serverId, table.userId] }), index('server_members_user').on(table.userId)],
)

/** To an account on this panel (`server_id` null), or to a server. */
export const invitations = panelSchema.table(
  'invitations',
  {
    id: uuid('id').primaryKey(),
    email: text('email').notNull(),
    /** SHA-256 of the secret in the link, hex. */
    tokenHash: text('token_hash').notNull().unique(),
    serverId: uuid('server_id').references(() => servers.id, { onDelete: 'cascade' }),
    /** On the server. */
    permissions: jsonb('permissions').$type<string[]>().notNull().default([]),
    /** On the panel. */
    roleId: uuid('role_id').references(() => roles.id, { onDelete: 'cascade' }),
    invitedBy: uuid('invited_by').references(() => users.id, { onDelete: 'cascade' }),
    createdAt: moment('created_at').notNull().defaultNow(),
    expiresAt: moment('expires_at').notNull(),
    acceptedAt: moment('accepted_at'),
    declinedAt: moment('declined_at'),
  },
  (table) => [index('invitations_server').on(table.serverId), index('invitations_email').on(table.email)],
)
