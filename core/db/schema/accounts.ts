import { sql } from 'drizzle-orm'
import { bigint, boolean, index, integer, jsonb, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { moment, panelSchema } from './panel-schema.ts'

export const users = panelSchema.table(
  'users',
  {
    id: uuid('id').primaryKey(),
    name: text('name').notNull(),
    email: text('email').notNull(),
    /** PHC string, or a bcrypt hash from elsewhere until the next sign-in; null: signs in by other means alone. */
    passwordHash: text('password_hash'),
    /** The owner may do everything and cannot be limited; what others may comes from roles and memberships. */
    isOwner: boolean('is_owner').notNull().default(false),
    theme: text('theme').notNull().default('system'),
    /** BCP 47 tag and IANA zone; null: the browser's. */
    language: text('language'),
    timeZone: text('time_zone'),
    /** Null: nobody has shown that this address is theirs. */
    emailVerifiedAt: moment('email_verified_at'),
    /** Null: not suspended. */
    suspendedAt: moment('suspended_at'),
    suspendedReason: text('suspended_reason'),
    passwordChangedAt: moment('password_changed_at'),
    lastSeenAt: moment('last_seen_at'),
    /** By which door: an account that registered itself and never confirmed its address goes after a week. */
    joinedBy: text('joined_by')
      .$type<'set-up' | 'admin' | 'invitation' | 'registration' | 'provider'>()
      .notNull()
      .default('set-up'),
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
    /** How it began, e.g. `password`, `password+totp`, `passkey`, `provider:github`, `recovery`. */
    method: text('method').notNull().default('password'),
    /** When the person last proved who they are; dangerous acts ask for a recent proof. */
    provedAt: moment('proved_at').notNull().defaultNow(),
    /** Who really sits there while an administrator looks through this account. */
    impersonatorId: uuid('impersonator_id').references(() => users.id, { onDelete: 'cascade' }),
  },
  (table) => [index('sessions_user').on(table.userId), index('sessions_expiry').on(table.expiresAt)],
)

/** Browsers that somebody signed in with before: a sign-in from another one is told by mail. */
export const knownDevices = panelSchema.table(
  'known_devices',
  {
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** SHA-256 of the secret in the device's own cookie, hex. */
    deviceHash: text('device_hash').notNull(),
    firstSeenAt: moment('first_seen_at').notNull().defaultNow(),
    lastSeenAt: moment('last_seen_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.deviceHash] })],
)

/** Links that were mailed or handed out: each for one purpose, once, until it expires. */
export const accountTokens = panelSchema.table(
  'account_tokens',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    purpose: text('purpose').$type<'verify-email' | 'reset-password' | 'change-email' | 'recover'>().notNull(),
    /** SHA-256 of the secret, hex. */
    tokenHash: text('token_hash').notNull().unique(),
    /** What it does when used, e.g. the new address. */
    data: jsonb('data').$type<Record<string, string>>().notNull().default({}),
    createdAt: moment('created_at').notNull().defaultNow(),
    expiresAt: moment('expires_at').notNull(),
    usedAt: moment('used_at'),
  },
  (table) => [index('account_tokens_user').on(table.userId)],
)

/** Password right, second factor still missing: known to the server alone, bound to one account and one browser. */
export const pendingSignIns = panelSchema.table(
  'pending_sign_ins',
  {
    /** SHA-256 of the secret in the cookie, hex. */
    tokenHash: text('token_hash').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    method: text('method').notNull(),
    attempts: integer('attempts').notNull().default(0),
    returnTo: text('return_to'),
    createdAt: moment('created_at').notNull().defaultNow(),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [index('pending_sign_ins_expiry').on(table.expiresAt)],
)

export const totpFactors = panelSchema.table('totp_factors', {
  userId: uuid('user_id')
    .primaryKey()
    .references(() => users.id, { onDelete: 'cascade' }),
  /** Encrypted. */
  secret: text('secret').notNull(),
  /** Null: shown but not yet proven to work. */
  confirmedAt: moment('confirmed_at'),
  /** The last 30 s step whose code was taken: a code works once. */
  lastStep: bigint('last_step', { mode: 'number' }).notNull().default(0),
  createdAt: moment('created_at').notNull().defaultNow(),
})

export const recoveryCodes = panelSchema.table(
  'recovery_codes',
  {
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    codeHash: text('code_hash').notNull(),
    usedAt: moment('used_at'),
  },
  (table) => [primaryKey({ columns: [table.userId, table.codeHash] })],
)

export const passkeys = panelSchema.table(
  'passkeys',
  {
    /** The credential's id, base64url. */
    id: text('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    /** COSE key, base64url. */
    publicKey: text('public_key').notNull(),
    counter: bigint('counter', { mode: 'number' }).notNull().default(0),
    transports: jsonb('transports').$type<string[]>().notNull().default([]),
    backedUp: boolean('backed_up').notNull().default(false),
    createdAt: moment('created_at').notNull().defaultNow(),
    lastUsedAt: moment('last_used_at'),
  },
  (table) => [index('passkeys_user').on(table.userId)],
)

/** Random challenges that a passkey signs: each once, within minutes. */
export const passkeyChallenges = panelSchema.table(
  'passkey_challenges',
  {
    challenge: text('challenge').primaryKey(),
    purpose: text('purpose').$type<'register' | 'sign-in' | 'second-factor' | 'prove'>().notNull(),
    /** Null: whoever holds a passkey. */
    userId: uuid('user_id').references(() => users.id, { onDelete: 'cascade' }),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [index('passkey_challenges_expiry').on(table.expiresAt)],
)

/** Accounts elsewhere that sign in here. */
export const externalIdentities = panelSchema.table(
  'external_identities',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** Id of the auth provider, and who that provider says it is. */
    provider: text('provider').notNull(),
    subject: text('subject').notNull(),
    /** As shown there, to recognise it by. */
    label: text('label').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    lastUsedAt: moment('last_used_at'),
  },
  (table) => [
    uniqueIndex('external_identities_subject').on(table.provider, table.subject),
    index('external_identities_user').on(table.userId),
  ],
)

/** A browser that was sent to a provider and is expected back: state, PKCE and nonce stay here. */
export const providerFlows = panelSchema.table(
  'provider_flows',
  {
    /** SHA-256 of `state`, hex. */
    stateHash: text('state_hash').primaryKey(),
    /** SHA-256 of the cookie that only this browser has, hex. */
    browserHash: text('browser_hash').notNull(),
    provider: text('provider').notNull(),
    /** Encrypted: the code verifier and the nonce. */
    secrets: text('secrets').notNull(),
    /** Set when a signed-in person links; null for sign-in. */
    linkUserId: uuid('link_user_id').references(() => users.id, { onDelete: 'cascade' }),
    /** Set when somebody proves again who they are. */
    sessionId: uuid('session_id').references(() => sessions.id, { onDelete: 'cascade' }),
    returnTo: text('return_to'),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [index('provider_flows_expiry').on(table.expiresAt)],
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
    /** Permissions and wildcards; null: all that its owner may. */
    permissions: jsonb('permissions').$type<string[]>(),
    /** Null: every server its owner reaches. */
    serverIds: jsonb('server_ids').$type<string[]>(),
    /** Addresses and networks; null: from everywhere. */
    allowedAddresses: jsonb('allowed_addresses').$type<string[]>(),
    lastUsedAddress: text('last_used_address'),
    createdAt: moment('created_at').notNull().defaultNow(),
    expiresAt: moment('expires_at'),
    lastUsedAt: moment('last_used_at'),
  },
  (table) => [index('api_keys_user').on(table.userId)],
)
