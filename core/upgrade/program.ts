// The program as a file: which version it is, and one taking the place of another in one step.
import { chown, link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { messageOf, PublicError } from '#core/base/errors.ts'
import { run } from './child.ts'

/** A first start on a slow disk; 80 ms otherwise. */
const versionWithinMs = 30_000

/** By starting it. Throws PublicError `upgrade-program` when it does not start here. */
export async function versionOf(program: string): Promise<string> {
  const { code, stdout, complaint } = await run(program, ['version'], { deadlineMs: versionWithinMs })
  if (code === 0 && /^\d+\.\d+\.\d+/.test(stdout)) return stdout
  throw new PublicError(
    'upgrade-program',
    `${program} does not start here: ${complaint || `it says “${stdout.slice(0, 100)}”`}.`,
    {
      hint: 'Nothing was changed. Is it made for this kind of machine?',
    },
  )
}

/** Negative when `a` is older; what follows a hyphen comes before the release itself. */
export function compareVersions(a: string, b: string): number {
  const parts = (version: string) => {
    const [release = '', ...rest] = version.split('+', 1)[0]?.split('-') ?? []
    return { numbers: release.split('.').map(Number), before: rest.join('-') }
  }
  const [left, right] = [parts(a), parts(b)]
  for (const [index, number] of left.numbers.entries()) {
    const difference = number - (right.numbers[index] ?? 0)
    if (difference !== 0) return difference
  }
  if (left.before === right.before) return 0
  if (left.before === '') return 1
  return right.before === '' ? -1 : left.before.localeCompare(right.before, 'en', { numeric: true })
}

export const previousOf = (program: string): string => `${program}.previous`

/** At no moment is there no program; the one before stays as `stellar.previous`. */
export async function putInPlace(staged: string, program: string): Promise<void> {
  const { uid, gid } = await stat(program)
  await chown(staged, uid, gid)
  const kept = `${previousOf(program)}.new`
  await rm(kept, { force: true })
  await link(program, kept)
  await rename(kept, previousOf(program))
  await rename(staged, program)
}

/** The one before comes back; the one that failed stays as `stellar.failed`, for a look. */
export async function putBack(program: string): Promise<void> {
  const failed = `${program}.failed`
  await rm(failed, { force: true })
  await link(program, failed)
  await rename(previousOf(program), program)
}

/** One upgrade of a program at a time; what a killed one left behind counts for nothing. Throws PublicError `upgrade-runs`. */
export async function lockProgram(program: string): Promise<AsyncDisposable> {
  const path = `${program}.upgrade-lock`
  for (let attempt = 0; ; attempt += 1) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' })
      return { [Symbol.asyncDispose]: () => rm(path, { force: true }) }
    } catch (cause) {
      const taken = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
      if (!taken) {
        throw new PublicError('upgrade-source', `Nothing can be written beside ${program}: ${messageOf(cause)}.`, {
          hint: 'Run it as the owner of the program: sudo stellar upgrade …',
          cause,
        })
      }
      const pid = Number(await readFile(path, 'utf8').catch(() => ''))
      if (attempt > 0 || isAlive(pid)) {
        throw new PublicError('upgrade-runs', `Another upgrade of ${program} is running (process ${pid}).`, { cause })
      }
      await rm(path, { force: true })
    }
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
