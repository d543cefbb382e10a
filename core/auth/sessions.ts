// Sessions of browsers: a random secret in a cookie, its hash in the database, seven days unless set otherwise, renewed by
// use.
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { and, eq, gt, isNull, lt, ne, or, sql } from 'drizzle-orm'
import type { Database, Transaction } from '#core/db/database.ts'
import { sessions, users } from '#core/db/schema/index.ts'
import type { Rights } from '#core/permissions/rights.ts'
import { mayStillImpersonate } from './impersonating.ts'
import { openRecent } from './recent.ts'
import { openRights, rightsColumn } from './rights.ts'
import { readSignInSettings, type SignInSettings, signInSettings, signInSettingsColumn } from './sign-in-settings.ts'

const day = 24 * 60 * 60 * 1000
/** Renewed at most once a day, so that a page view does not cost a write. */
const renewAfterMs = day
/** Time and place of last use are written at most this often. */
const usedEveryMs = 60_000

export interface Session {
  readonly id: string
  readonly userId: string
  readonly name: string
  readonly email: string
  readonly isOwner: boolean
  readonly rights: Rights
  readonly theme: string
  /** Null: the browser's. */
  readonly language: string | null
  readonly timeZone: string | null
  /** ISO time. */
  readonly expiresAt: string
  /** How it began: `password`, `password+totp`, `passkey`, `provider:github`, … */
  readonly method: string
  /** ISO: when the person last proved who they are. */
  readonly provedAt: string
  /** Who really sits there, while an administrator looks through this account. */
  readonly impersonatorId: string | undefined
  /** Does the person have a second factor? */
  readonly hasFactor: boolean
  /** Who must have one, by the settings. */
  readonly secondFactor: SignInSettings['secondFactor']
  /** True when this very read prolonged it: send the cookie again. */
  readonly renewed: boolean
}

export interface SessionStart {
  readonly method: string
  readonly impersonatorId?: string | undefined
  /** ISO; now unless given. */
  readonly provedAt?: string
}

export interface SessionClient {
  readonly address: string | undefined
  readonly userAgent: string | undefined
}

const recent = openRecent<Session>()

/** Made in a transaction of the system role. The secret goes into the cookie and is nowhere else. */
export async function createSession(
  tx: Transaction,
  userId: string,
  client: SessionClient,
  how: SessionStart = { method: 'password' },
): Promise<{ readonly id: string; readonly secret: string; readonly expiresAt: string }> {
  const id = randomUUID()
  const secret = randomBytes(32).toString('base64url')
  const { sessionDays } = await readSignInSettings(tx)
  const expiresAt = new Date(Date.now() + sessionDays * day).toISOString()
  await tx.insert(sessions).values({
    id,
    userId,
    tokenHash: hashSecret(secret),
    expiresAt,
    address: client.address ?? null,
    userAgent: client.userAgent?.slice(0, 500) ?? null,
    method: how.method,
    impersonatorId: how.impersonatorId ?? null,
    ...(how.provedAt === undefined ? {} : { provedAt: how.provedAt }),
  })
  return { id, secret, expiresAt }
}

/**
 * Undefined for anything that is no session now. Costs one query, or none when it was asked within five seconds. `address`:
 * from where it is used, for the list of one's browsers.
 */
export async function readSession(database: Database, secret: string, address?: string): Promise<Session | undefined> {
  if (!/^[\w-]{43}$/.test(secret)) return undefined
  const tokenHash = hashSecret(secret)
  return await recent.read(database, tokenHash, async (now) => {
    const value = await database.withSystem((tx) => findSession(tx, tokenHash, now, address))
    return value && { value, again: { ...value, renewed: false }, expires: Date.parse(value.expiresAt) }
  })
}

/** Ends one session; one that is gone already is fine. */
export async function revokeSession(database: Database, sessionId: string): Promise<void> {
  await database.withSystem((tx) => tx.delete(sessions).where(eq(sessions.id, sessionId)))
  forgetSessions(database)
}

/**
 * Ends all sessions of a user, e.g. after a change of password, also those in which they look through other accounts: each
 * of these leads back to their own. `except` is the one that goes on.
 */
export async function revokeSessionsOf(database: Database, userId: string, except?: string): Promise<void> {
  await database.withSystem((tx) =>
    tx
      .delete(sessions)
      .where(
        and(
          or(eq(sessions.userId, userId), eq(sessions.impersonatorId, userId)),
          except === undefined ? undefined : ne(sessions.id, except),
        ),
      ),
  )
  forgetSessions(database)
}

/** The person behind a session has just shown again who they are. */
export async function proveSession(database: Database, sessionId: string, at: string): Promise<void> {
  await database.withSystem((tx) => tx.update(sessions).set({ provedAt: at }).where(eq(sessions.id, sessionId)))
  forgetSessions(database)
}

/** Call it after changing what a Session carries (name, e-mail, theme, owner), once the transaction is through. */
export function forgetSessions(database: Database): void {
  recent.forget(database)
}

/** Removes rows nobody can use any more; returns how many. For a daily job. */
export async function removeExpiredSessions(database: Database): Promise<number> {
  const now = new Date().toISOString()
  const gone = await database.withSystem((tx) =>
    tx.delete(sessions).where(lt(sessions.expiresAt, now)).returning({ id: sessions.id }),
  )
  return gone.length
}

async function findSession(
  tx: Transaction,
  tokenHash: string,
  now: number,
  address: string | undefined,
): Promise<Session | undefined> {
  const [row] = await tx
    .select({
      id: sessions.id,
      userId: users.id,
      name: users.name,
      email: users.email,
      isOwner: users.isOwner,
      rights: rightsColumn,
      theme: users.theme,
      language: users.language,
      timeZone: users.timeZone,
      method: sessions.method,
      provedAt: sessions.provedAt,
      impersonatorId: sessions.impersonatorId,
      hasFactor: sql<boolean>`exists (select from panel.totp_factors t where t.user_id = ${users.id} and t.confirmed_at is not null)
        or exists (select from panel.passkeys p where p.user_id = ${users.id})`,
      settings: signInSettingsColumn,
      expiresAt: sessions.expiresAt,
      lastUsedAt: sessions.lastUsedAt,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(
      and(
        eq(sessions.tokenHash, tokenHash),
        gt(sessions.expiresAt, new Date(now).toISOString()),
        isNull(users.suspendedAt),
      ),
    )
  if (!row) return undefined
  const { lastUsedAt, impersonatorId, rights, settings, ...rest } = row
  const { secondFactor, sessionDays } = signInSettings.parse(settings ?? {})
  const opened = openRights(rights)
  if (!(await mayStillImpersonate(tx, impersonatorId, { isOwner: rest.isOwner, rights: opened }))) return undefined
  const session = {
    ...rest,
    rights: opened,
    impersonatorId: impersonatorId ?? undefined,
    secondFactor,
  }
  const wholeMs = sessionDays * day
  const leftMs = Date.parse(session.expiresAt) - now
  // Looking through an account ends when it was said to. Also when the settings have become shorter since.
  const renewed = impersonatorId === null && (leftMs <= wholeMs - renewAfterMs || leftMs > wholeMs)
  const expiresAt = renewed ? new Date(now + wholeMs).toISOString() : session.expiresAt
  if (renewed || now - Date.parse(lastUsedAt) >= usedEveryMs) {
    await tx
      .update(sessions)
      .set({ expiresAt, lastUsedAt: new Date(now).toISOString(), ...(address === undefined ? {} : { address }) })
      .where(eq(sessions.id, row.id))
  }
  return { ...session, expiresAt, renewed }
}

/** The secret has 256 random bits: a plain hash is enough, there is nothing to guess. */
function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
