// Passwords: argon2id, stored as PHC strings, computed off the main loop.
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { PublicError } from '#core/base/errors.ts'
import { argon2id } from './argon2.ts'
import { isBcrypt, verifyBcrypt } from './bcrypt.ts'

/**
 * 46 MiB, one pass, one lane: of OWASP's choices of equal strength (2026-11-28) the one whose memory the C library gives
 * back at once. It keeps what is below 32 MiB for the next time, in each thread of the pool: 78 MiB in all. About 60 ms.
 */
const cost = { memory: 47_104, passes: 1, parallelism: 1 }
const saltBytes = 16
const hashBytes = 32
/** Half of the thread pool: files and names are still looked up while somebody tries passwords. */
const atOnce = 2
/** Twenty seconds of work at the worst; whoever comes then is asked to come again. */
const longestQueue = 256
const queueMs = 10_000
/** Longer ones are refused by the forms; here it bounds what anybody can make us hash. */
const longestPassword = 1024

/** Hashes that begin otherwise take another time to check. */
export const ownHashPrefix = `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$`

/** `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes)
  const hash = await derive(password, { ...cost, salt, length: hashBytes })
  return `${ownHashPrefix}${base64(salt)}$${base64(hash)}`
}

/** With `undefined`, for an account that does not exist, it takes as long and says no. */
export async function verifyPassword(hash: string | undefined, password: string): Promise<boolean> {
  if (hash !== undefined && isBcrypt(hash)) return await inTurn(() => verifyBcrypt(hash, password))
  const stored = hash === undefined ? undefined : parse(hash)
  const { expected, ...parameters } = stored ?? nobody
  const computed = await derive(password, parameters)
  const equal = timingSafeEqual(computed, expected)
  return equal && stored !== undefined
}

/** True when it was made otherwise than one is made now: hash again while the password is at hand. */
export function isOutdated(hash: string): boolean {
  return !hash.startsWith(ownHashPrefix)
}

interface Derivation {
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
  readonly salt: Buffer
  readonly length: number
}

const nobody = { ...cost, salt: randomBytes(saltBytes), length: hashBytes, expected: randomBytes(hashBytes) }

let running = 0
const queue: (() => void)[] = []

async function derive(password: string, work: Derivation): Promise<Buffer> {
  if (password.length > longestPassword)
    throw new Error(`A password longer than ${longestPassword} characters came this far.`)
  // The same letters typed on two systems may come as different code points.
  return await inTurn(() => argon2id({ ...work, message: password.normalize('NFC') }))
}

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  await takeTurn()
  try {
    return await work()
  } finally {
    running--
    queue.shift()?.()
  }
}

async function takeTurn(): Promise<void> {
  if (running >= atOnce) {
    if (queue.length >= longestQueue) throw tooMany()
    const { promise: turn, resolve } = Promise.withResolvers<'turn'>()
    const mine = () => resolve('turn')
    queue.push(mine)
    const patience = new AbortController()
    const result = await Promise.race([turn, delay(queueMs, 'late' as const, { signal: patience.signal })])
    patience.abort()
    if (result === 'late') {
      queue.splice(queue.indexOf(mine), 1)
      throw tooMany()
    }
  }
  running++
}

function tooMany(): PublicError {
  return new PublicError('sign-in-busy', 'Too many people are signing in at once.', {
    status: 503,
    hint: 'Try again in a moment.',
  })
}

const phc = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

/**
 * What a hash from elsewhere may ask for: 256 MiB, and about half a second with all passes. More would let anybody who
 * knows its address keep a processor busy, and its account be told by the time of a refusal.
 */
const most = { memory: 262_144, passes: 10, parallelism: 4, memoryTimesPasses: 524_288 }

/** One that can be checked here: argon2id or bcrypt, no dearer than that. */
export function isPasswordHash(hash: string): boolean {
  if (isBcrypt(hash)) return true
  if (!phc.test(hash)) return false
  const { memory, passes, parallelism } = parse(hash)
  return (
    passes >= 1 &&
    passes <= most.passes &&
    parallelism >= 1 &&
    parallelism <= most.parallelism &&
    memory >= 8 * parallelism &&
    memory <= most.memory &&
    memory * passes <= most.memoryTimesPasses
  )
}

function parse(hash: string): Derivation & { expected: Buffer } {
  const [, memory, passes, parallelism, salt, expected] = phc.exec(hash) ?? []
  if (!salt || !expected) throw new Error('The stored password hash is not an argon2id PHC string.')
  const bytes = Buffer.from(expected, 'base64')
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    length: bytes.length,
    expected: bytes,
  }
}

/** PHC strings leave the padding away. */
function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
