// For scripts: the owner and a key of theirs from the environment. An owner or a key file that is there stays.
import { chmod, open, readFile, rename, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { PublicError } from '#core/base/errors.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { createKey } from '#core/panel/keys/keys.ts'
import { noRights } from '#core/permissions/rights.ts'
import { createOwner, ownerInput } from './create-owner.ts'
import { readOwner } from './store.ts'

export interface FirstStart {
  readonly ownerEmail: string | undefined
  readonly ownerPassword: string | undefined
  readonly apiKeyFile: string | undefined
}

export function firstStartFrom(environment: Readonly<Record<string, string | undefined>>): FirstStart {
  return {
    ownerEmail: environment['STELLAR_OWNER_EMAIL'] || undefined,
    ownerPassword: environment['STELLAR_OWNER_PASSWORD'] || undefined,
    apiKeyFile: environment['STELLAR_OWNER_API_KEY_FILE'] || undefined,
  }
}

export async function firstStart(context: PanelContext, wanted: FirstStart): Promise<void> {
  const { database, log } = context
  const before = await database.withSystem(readOwner)
  const owner = before ?? (await makeOwner(context, wanted))
  if (!owner || wanted.apiKeyFile === undefined) return
  if (await exists(wanted.apiKeyFile)) return
  const { id, name } = owner
  const actor: Actor = {
    userId: id,
    name,
    isOwner: true,
    rights: noRights,
    via: 'system',
    address: undefined,
    requestId: undefined,
  }
  const { key } = await createKey(context, actor, { name: `first start on ${hostname().slice(0, 40)}` })
  await writeSecret(wanted.apiKeyFile, `${key}\n`)
  log.info('An API key of the owner was written', { file: wanted.apiKeyFile })
}

async function makeOwner({ database, log }: PanelContext, { ownerEmail, ownerPassword }: FirstStart) {
  if (ownerEmail === undefined && ownerPassword === undefined) return undefined
  const input = ownerInput.safeParse({
    name: ownerEmail?.split('@')[0] || 'Owner',
    email: ownerEmail ?? '',
    password: ownerPassword ?? '',
  })
  if (!input.success) {
    const [issue] = input.error.issues
    const setting = issue?.path[0] === 'password' ? 'STELLAR_OWNER_PASSWORD' : 'STELLAR_OWNER_EMAIL'
    throw new PublicError('bad-setting', `${setting} does not fit: ${issue?.message ?? ''}`)
  }
  const { userId, name } = await createOwner(database, input.data, {
    via: 'system',
    address: undefined,
    requestId: undefined,
  })
  log.info('The owner was made from the environment', { email: input.data.email })
  return { id: userId, name }
}

async function exists(path: string): Promise<boolean> {
  return await readFile(path).then(
    (content) => content.length > 0,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false
      throw new PublicError('bad-setting', `STELLAR_OWNER_API_KEY_FILE cannot be read: ${error.message}`, {
        cause: error,
      })
    },
  )
}

/** Never readable by others, not even for a moment, and never half-written. */
async function writeSecret(path: string, text: string): Promise<void> {
  const draft = `${path}.new`
  try {
    await rm(draft, { force: true })
    const file = await open(draft, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await chmod(draft, 0o600)
    await rename(draft, path)
  } catch (cause) {
    throw new PublicError('bad-setting', 'The file of STELLAR_OWNER_API_KEY_FILE cannot be written.', {
      hint: 'Its folder must exist and be writable.',
      cause,
    })
  }
}
