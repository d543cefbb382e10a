// The keys of stored secrets: the present one, which seals, and the one before it, which still opens. They come from the
// environment or lie in the data folder, made at the first start.
import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { messageOf, PublicError } from '#core/base/errors.ts'

export interface SecretsOptions {
  /** `$STELLAR_DATA`; the key is made in `panel/secret.key`, mode 0600, unless the environment brings one. */
  readonly dataDirectory: string
  /** STELLAR_SECRET_KEY and STELLAR_SECRET_KEY_OLD, or the same with _FILE: 32 bytes as base64 or hex. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** False: refuses instead of making a first key. */
  readonly make?: boolean
}

export interface KeySource {
  /** The first seals, all of them open. */
  readonly keys: readonly Buffer[]
  /** The keys when their file was replaced since they were read: `stellar keys rotate` works beside a running panel. */
  changed(): readonly Buffer[] | undefined
  /** Undefined where the environment brings the key: then whoever set it changes it. */
  readonly file: string | undefined
}

const keyBytes = 32
export const formerOf = (path: string): string => `${path}.old`

export async function findKeys({ dataDirectory, environment, make = true }: SecretsOptions): Promise<KeySource> {
  const given = await fromEnvironment(environment, 'STELLAR_SECRET_KEY')
  if (given) {
    const keys = [...given, ...((await fromEnvironment(environment, 'STELLAR_SECRET_KEY_OLD')) ?? [])]
    return { keys, changed: () => undefined, file: undefined }
  }
  const path = join(dataDirectory, 'panel/secret.key')
  const there = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && make) return undefined
    throw unreadable(path, error)
  })
  if (there === undefined) await makeKeyFile(path)
  let seen = marksOf(path)
  const keys = readBoth(path)
  return {
    keys,
    file: path,
    changed() {
      const marks = marksOf(path)
      if (marks === seen) return undefined
      try {
        const read = readBoth(path)
        seen = marks
        return read
      } catch {
        // Taken away from a running panel: it works on with what it knows, and the next start says what is wrong.
        return undefined
      }
    },
  }
}

/** The former key first, so that no moment knows the new one alone. Safe to be killed anywhere. */
export async function addKey(path: string): Promise<void> {
  await writeWhole(formerOf(path), await readFile(path, 'utf8'))
  await writeWhole(path, newKeyText())
}

async function fromEnvironment(
  environment: SecretsOptions['environment'],
  name: string,
): Promise<Buffer[] | undefined> {
  const given = environment[name]
  if (given) return parseKeys(given, name)
  const file = environment[`${name}_FILE`]
  if (!file) return undefined
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw unreadable(file, error)
  })
  return parseKeys(text, file)
}

/** Read in this order while the files are replaced in the other, the key of before is in one of them. */
function readBoth(path: string): Buffer[] {
  return [path, formerOf(path)].flatMap((each) => {
    try {
      return parseKeys(readFileSync(each, 'utf8'), each)
    } catch (error) {
      if (each !== path && error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
      throw error instanceof PublicError ? error : unreadable(each, error)
    }
  })
}

function marksOf(path: string): string {
  return [path, formerOf(path)]
    .map((each) => statSync(each, { throwIfNoEntry: false }))
    .map((found) => `${found?.ino} ${found?.mtimeMs}`)
    .join()
}

const newKeyText = () => `${randomBytes(keyBytes).toString('base64')}\n`

/** Appears whole or not at all; of two that start at once one wins, and both read the same key. */
async function makeKeyFile(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await whole(path, newKeyText(), async (unfinished) => {
    await link(unfinished, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  })
}

async function writeWhole(path: string, text: string): Promise<void> {
  await whole(path, text, async (unfinished) => {
    await rename(unfinished, path)
  })
}

async function whole(path: string, text: string, place: (unfinished: string) => Promise<void>): Promise<void> {
  const unfinished = `${path}.${randomUUID()}.tmp`
  try {
    await writeFile(unfinished, text, { mode: 0o600, flag: 'wx', flush: true })
    await place(unfinished)
  } finally {
    await rm(unfinished, { force: true })
  }
}

/** One a line: a restored backup brings the former key in the same file. */
function parseKeys(text: string, source: string): Buffer[] {
  return text
    .trim()
    .split(/\s*\n\s*/)
    .map((line) => parseKey(line, source))
}

function parseKey(text: string, source: string): Buffer {
  const key = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64')
  if (key.length === keyBytes) return key
  // Never the text itself: it may be a mistyped key.
  throw new PublicError(
    'secret-key-invalid',
    `The key in ${source} must be 32 bytes as base64 or hex; it has ${key.length} bytes.`,
    {
      status: 500,
      hint: 'Make one with: openssl rand -base64 32',
    },
  )
}

function unreadable(path: string, cause: unknown): PublicError {
  return new PublicError(
    'secret-key-unreadable',
    `The key for stored secrets cannot be read from ${path}: ${messageOf(cause)}.`,
    {
      status: 500,
      cause,
    },
  )
}
