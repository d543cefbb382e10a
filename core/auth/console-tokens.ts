// Tokens for one console: asked for by somebody who may read it, handed to another program, used once within five minutes.
// `strk_console_` and a JWT with EdDSA. The claims are those that programs of the field expect; what it is for stands in the header too,
// so that no other token of ours is ever taken for one.
import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, importJWK, type JWK, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import type { Database } from '#core/db/database.ts'
import { liveKeys, newestKey, saveKey, saveToken, takeToken } from './console-token-store.ts'

export const consoleTokenPrefix = 'strk_console_'

const issuer = 'stellarstack'
const algorithm = 'EdDSA'
const type = 'console+jwt'
const lifeSeconds = 5 * 60
/** A key signs for so long; then a new one does, and the old one verifies what it signed. */
const keyDays = 90

interface Sealer {
  encrypt(plain: string): string
  decrypt(sealed: string): string
}

export interface ConsoleTokenParts {
  readonly database: Database
  readonly secrets: Sealer
  readonly now: () => number
}

export interface ConsoleGrant {
  readonly userId: string
  readonly nodeId: string
  readonly serverId: string
  readonly containerId: string
  readonly permissions: { readonly canRead: boolean; readonly canWrite: boolean }
  readonly metadata: { readonly username: string; readonly ip: string }
}

/** What it was asked with: ends what the token opens when it ends. */
export type AskedWith =
  | { readonly sessionId: string; readonly keyId?: undefined }
  | { readonly keyId: string; readonly sessionId?: undefined }

export async function issueConsoleToken(
  parts: ConsoleTokenParts,
  { userId, nodeId, ...claims }: ConsoleGrant,
  asked: AskedWith,
): Promise<{ readonly token: string; readonly expiresAt: string }> {
  const { kid, key } = await signingKey(parts)
  const issued = Math.floor(parts.now() / 1000)
  const id = randomUUID()
  const expiresAt = new Date((issued + lifeSeconds) * 1000).toISOString()
  const jwt = await new SignJWT(claims as Record<string, unknown>)
    .setProtectedHeader({ alg: algorithm, typ: type, kid })
    .setIssuer(issuer)
    .setSubject(userId)
    .setAudience(nodeId)
    .setIssuedAt(issued)
    .setExpirationTime(issued + lifeSeconds)
    .setJti(id)
    .sign(key)
  const at = new Date(parts.now()).toISOString()
  await parts.database.withSystem((tx) => saveToken(tx, { id, expiresAt, ...asked }, at))
  return { token: consoleTokenPrefix + jwt, expiresAt }
}

const claimsSchema = z.object({
  sub: z.uuid(),
  aud: z.string(),
  jti: z.uuid(),
  serverId: z.uuid(),
  permissions: z.object({ canRead: z.boolean(), canWrite: z.boolean() }),
})

export interface OpenedToken {
  readonly userId: string
  readonly nodeId: string
  readonly serverId: string
  readonly canWrite: boolean
  readonly sessionId: string | undefined
  readonly keyId: string | undefined
}

/** Uses it up. Undefined for anything that is no token for this server now: forged, ended, used, of another server. */
export async function redeemConsoleToken(
  parts: ConsoleTokenParts,
  token: string,
  serverId: string,
): Promise<OpenedToken | undefined> {
  if (!token.startsWith(consoleTokenPrefix) || token.length > 4096) return undefined
  const claims = await verified(parts, token.slice(consoleTokenPrefix.length))
  if (!claims || claims.serverId !== serverId || !claims.permissions.canRead) return undefined
  const at = new Date(parts.now()).toISOString()
  const taken = await parts.database.withSystem((tx) => takeToken(tx, claims.jti, at))
  if (!taken) return undefined
  return {
    userId: claims.sub,
    nodeId: claims.aud,
    serverId,
    canWrite: claims.permissions.canWrite,
    sessionId: taken.sessionId ?? undefined,
    keyId: taken.keyId ?? undefined,
  }
}

async function verified({ database, now }: ConsoleTokenParts, jwt: string) {
  const at = new Date(now()).toISOString()
  try {
    const { payload } = await jwtVerify(
      jwt,
      async ({ kid }) => {
        const found = await database.withSystem((tx) => liveKeys(tx, at))
        const key = found.find(({ id }) => id === kid)
        if (!key) throw new Error('signed with no key of ours')
        return await importJWK(key.publicKey as JWK, algorithm)
      },
      {
        issuer,
        typ: type,
        algorithms: [algorithm],
        requiredClaims: ['exp', 'jti', 'aud', 'sub'],
        currentDate: new Date(now()),
      },
    )
    return claimsSchema.safeParse(payload).data
  } catch {
    return undefined
  }
}

async function signingKey({ database, secrets, now }: ConsoleTokenParts) {
  const at = now()
  const oldest = new Date(at - keyDays * 86_400_000).toISOString()
  const newest = await database.withSystem((tx) => newestKey(tx, oldest))
  if (newest) {
    const jwk = JSON.parse(secrets.decrypt(newest.privateKey)) as JWK
    return { kid: newest.id, key: await importJWK(jwk, algorithm) }
  }
  const made = await generateKeyPair(algorithm, { extractable: true })
  const kid = randomUUID()
  const publicKey = (await exportJWK(made.publicKey)) as Record<string, string>
  const privateKey = secrets.encrypt(JSON.stringify(await exportJWK(made.privateKey)))
  // Two panels that make one at once have two: both verify.
  const retire = new Date(at + 2 * lifeSeconds * 1000).toISOString()
  await database.withSystem((tx) =>
    saveKey(tx, { id: kid, purpose: 'console', publicKey, privateKey, createdAt: new Date(at).toISOString() }, retire),
  )
  return { kid, key: made.privateKey }
}
