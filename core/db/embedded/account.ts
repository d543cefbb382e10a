// The operating system account that the embedded PostgreSQL runs as: it refuses root, so a panel that is root lends it
// another one.
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname } from 'node:path'
import { messageOf, PublicError } from '#core/base/errors.ts'

export interface Account {
  readonly uid: number
  readonly gid: number
  readonly name: string
}

/** How programs of the engine are started. */
export interface Runner {
  /** Who will own the data; undefined: whoever runs the panel. */
  readonly account: Account | undefined
  spawn(program: string, args: readonly string[], options: SpawnOptions): ChildProcess
}

/** In this order: an account made for Stellar, the one of a distribution's PostgreSQL, the one every system has. */
const candidates = ['stellar', 'postgres', 'nobody']

/** `cluster` need not exist yet; when it does, its owner is the account. `reach` are the folders PostgreSQL works in. */
export async function chooseRunner(cluster: string, reach: readonly string[]): Promise<Runner> {
  const owner = await stat(cluster).then(
    (found) => found.uid,
    () => undefined,
  )
  const self = process.getuid?.()
  if (self !== 0) {
    if (owner !== undefined && self !== undefined && owner !== self) {
      throw new PublicError(
        'database-not-permitted',
        `The database in ${cluster} belongs to another account (uid ${owner}) than the one the panel runs as (uid ${self}).`,
        { status: 500, hint: 'Run the panel as it was run before, as root, or as the owner of that folder.' },
      )
    }
    return { account: undefined, spawn }
  }

  const account = await findAccount(owner)
  if (await canReach(account, reach)) {
    return {
      account,
      spawn: (program, args, options) => spawn(program, args, { ...options, uid: account.uid, gid: account.gid }),
    }
  }
  // A data folder beneath /root: no parent's mode is changed; PostgreSQL is lent the one capability to pass through.
  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path))
  if (setpriv === undefined || !(await mayLendSearch())) {
    throw new PublicError(
      'database-not-permitted',
      `PostgreSQL runs as the account ${account.name}, which cannot pass through the folders above ${dirname(cluster)}.`,
      {
        status: 500,
        hint: 'Set STELLAR_DATA to a folder that others can pass through, such as /var/lib/stellar, or run the panel as an account of its own.',
      },
    )
  }
  const lend = [
    `--reuid=${account.uid}`,
    `--regid=${account.gid}`,
    '--clear-groups',
    '--inh-caps=+dac_read_search',
    '--ambient-caps=+dac_read_search',
    // Without it access(2), which PostgreSQL asks about its own programs, knows nothing of capabilities.
    '--securebits=+no_setuid_fixup',
    '--',
  ]
  return { account, spawn: (program, args, options) => spawn(setpriv, [...lend, program, ...args], options) }
}

/** The name of whoever runs the panel, as PostgreSQL's peer authentication sees it. */
export function ownName(): string {
  try {
    return userInfo().username
  } catch (cause) {
    throw noAccount(messageOf(cause))
  }
}

/** initdb, and peer authentication, look the account up. */
export function noAccount(detail: string): PublicError {
  return new PublicError(
    'database-no-account',
    'The embedded PostgreSQL cannot run under a user id that has no entry in /etc/passwd.',
    { status: 500, hint: 'Add an account for it, or set DATABASE_URL.', cause: detail },
  )
}

async function findAccount(owner: number | undefined): Promise<Account> {
  const accounts = parseAccounts(await readFile('/etc/passwd', 'utf8'))
  const found =
    owner === undefined || owner === 0
      ? candidates.map((name) => accounts.find((account) => account.name === name && account.uid !== 0)).find(Boolean)
      : accounts.find((account) => account.uid === owner)
  if (!found) throw noAccount(owner ? `uid ${owner} owns the data` : `none of ${candidates.join(', ')} exists`)
  return found
}

function parseAccounts(passwd: string): Account[] {
  return passwd.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':')
    return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : []
  })
}

async function canReach(account: Account, folders: readonly string[]): Promise<boolean> {
  for (const folder of folders) {
    for (let path = folder; ; path = dirname(path)) {
      const { mode, uid, gid } = await stat(path)
      const search = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
      if ((mode & search) === 0) return false
      if (path === dirname(path)) break
    }
  }
  return true
}

/** CAP_DAC_READ_SEARCH is bit 2; containers usually lack it. */
async function mayLendSearch(): Promise<boolean> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '')
  return ['CapPrm', 'CapBnd'].every((set) => {
    const bits = new RegExp(`^${set}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1]
    return bits !== undefined && (BigInt(`0x${bits}`) & 4n) !== 0n
  })
}
