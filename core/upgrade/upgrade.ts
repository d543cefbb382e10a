// One upgrade: the database is copied, the program replaced, the services restarted; when the new panel does not become
// ready in time, program and database go back to what they were.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { messageOf, PublicError } from '#core/base/errors.ts'
import type { Account } from '#core/base/owner.ts'
import { run } from './child.ts'
import { previousOf, putBack, putInPlace } from './program.ts'
import { isActive, type Service, tell } from './services.ts'

export interface UpgradePlan {
  readonly program: string
  readonly from: string
  readonly to: string
  /** Restarted together: the panel's first. */
  readonly services: readonly Service[]
  /** Undefined where only a node runs, or nothing ever ran. */
  readonly panel: InstalledPanel | undefined
  readonly waitSeconds: number
  say(line: string): void
}

export interface InstalledPanel {
  readonly dataDirectory: string
  /** Whose it is, when this is root and it is another's: nothing of it is run, nor written to, as root. */
  readonly account: Account | undefined
  /** What its process is started with. */
  readonly env: NodeJS.ProcessEnv
  /** Seals the copy of the database. */
  readonly secretKey: string
  /** What is wrong with it, in words; undefined when it can do its work. */
  ask(): Promise<string | undefined>
}

/** Copying and restoring a large database. */
const databaseWithinMs = 60 * 60_000
const keptCopies = 3
const folderWithinMs = 60_000
const pollMs = 250
/** A node that lives this long has read its identity and reached its engine. */
const nodeSettlesMs = 5_000
const endWithinMs = 30_000

/** Throws PublicError: before anything was changed, or after everything was put back; its sentence says which. */
export async function upgrade(plan: UpgradePlan, staged: string): Promise<void> {
  const copy = plan.panel && (await copyDatabase(plan, plan.panel))
  if (copy !== undefined) plan.say(`The database is copied to ${copy}.`)
  await putInPlace(staged, plan.program)
  try {
    await bringUp(plan)
  } catch (error) {
    await goBack(plan, copy)
    throw new PublicError(
      'upgrade-rolled-back',
      `Stellar ${plan.to} did not work here: ${messageOf(error)} Stellar ${plan.from} is back, with its database as it was.`,
      { hint: `The program that failed is kept as ${plan.program}.failed.`, cause: error },
    )
  }
}

/** Program and, when the present one has changed it, the database. Throws PublicError `upgrade-stuck`. */
export async function goBack(plan: Omit<UpgradePlan, 'to'>, copy: string | undefined): Promise<void> {
  const { program, services, panel } = plan
  try {
    await tell('stop', services)
    await putBack(program)
    if (panel && copy !== undefined) await restoreDatabase(program, panel, copy)
    await bringUp(plan)
  } catch (error) {
    throw new PublicError('upgrade-stuck', `Going back to Stellar ${plan.from} failed: ${messageOf(error)}`, {
      hint: `By hand: stop Stellar, put ${previousOf(program)} in the place of ${program} if it is still there${copy === undefined ? '' : `, and run: stellar restore ${copy} --key-file ${panel?.dataDirectory}/panel/secret.key --replace-database`}.`,
      cause: error,
    })
  }
}

export const copiesOf = (dataDirectory: string): string => join(dataDirectory, 'panel/backups')

/** Made by the program that is still there, so that it can read it again. */
async function copyDatabase({ program, from, to }: UpgradePlan, panel: InstalledPanel): Promise<string> {
  const folder = copiesOf(panel.dataDirectory)
  await inFolder(panel, 'mkdir', ['-p', '-m', '700', folder])
  const stamp = new Date().toISOString().slice(0, 19).replace(/[-:]/g, '')
  const copy = join(folder, `${stamp}Z-${from}-before-${to}.backup`)
  const { code, complaint } = await run(program, ['backup', copy, '--key-file', '-'], {
    deadlineMs: databaseWithinMs,
    env: panel.env,
    account: panel.account,
    input: panel.secretKey,
  })
  if (code !== 0) {
    throw new PublicError('upgrade-copy', `The database could not be copied first: ${complaint}`, {
      hint: 'Nothing was changed.',
    })
  }
  const copies = (await readdir(folder)).filter((name) => name.endsWith('.backup')).toSorted((a, b) => (a < b ? 1 : -1))
  const old = copies.slice(keptCopies).map((name) => join(folder, name))
  if (old.length > 0) await inFolder(panel, 'rm', ['-f', '--', ...old])
  return copy
}

/** As the panel's account: a link that it made leads no further than it may go itself. */
async function inFolder({ account }: InstalledPanel, program: 'mkdir' | 'rm', args: readonly string[]): Promise<void> {
  const { code, complaint } = await run(program, args, { deadlineMs: folderWithinMs, account })
  if (code === 0) return
  throw new PublicError('upgrade-copy', `The database could not be copied first: ${complaint}`, {
    hint: 'Nothing was changed.',
  })
}

async function restoreDatabase(program: string, panel: InstalledPanel, copy: string): Promise<void> {
  const common = { deadlineMs: databaseWithinMs, env: panel.env, account: panel.account }
  // What the older program can work with stays: nothing that happened meanwhile is lost.
  if ((await run(program, ['migrate'], common)).code === 0) return
  const args = ['restore', copy, '--key-file', '-', '--replace-database']
  const { code, complaint } = await run(program, args, { ...common, input: panel.secretKey })
  if (code !== 0) throw new Error(`the database could not be restored: ${complaint}`)
}

/** Throws with what is wrong when it does not become ready in time. */
async function bringUp({ program, services, panel, waitSeconds }: Omit<UpgradePlan, 'to'>): Promise<void> {
  const panels = services.filter(({ mode }) => mode !== 'node')
  if (panel && panels.length === 0) return await tryPanel(program, panel, waitSeconds)
  await tell('restart', services)
  if (panel) await untilReady(panel, waitSeconds, async () => undefined)
  for (const until = Date.now() + nodeSettlesMs; services.length > 0 && Date.now() < until; await delay(pollMs)) {
    for (const service of services) if (!(await isActive(service))) throw new Error(`${service.unit} does not stay up.`)
  }
}

/** By hand, where no service would start it: the panel alone, until it is ready, and then it ends again. */
async function tryPanel(program: string, panel: InstalledPanel, waitSeconds: number): Promise<void> {
  const child = spawn(program, ['panel'], { env: panel.env, stdio: ['ignore', 'ignore', 'pipe'], ...panel.account })
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-8000)
  })
  const failed = once(child, 'error').then(([error]) => messageOf(error))
  const ended = async () => {
    if (child.exitCode === null && child.signalCode === null) return undefined
    const said = complaint.split('\n').filter((line) => line !== '' && !line.startsWith('{'))
    return said.at(-1)?.replace(/^stellar: /, '') ?? `it ended with ${child.exitCode ?? child.signalCode}.`
  }
  try {
    await Promise.race([untilReady(panel, waitSeconds, ended), failed.then((why) => Promise.reject(new Error(why)))])
  } finally {
    await end(child)
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), endWithinMs)
  await gone
  clearTimeout(timer)
}

async function untilReady(
  panel: InstalledPanel,
  waitSeconds: number,
  ended: () => Promise<string | undefined>,
): Promise<void> {
  for (const until = Date.now() + waitSeconds * 1000; ; await delay(pollMs)) {
    const why = await ended()
    if (why !== undefined) throw new Error(why)
    const trouble = await panel.ask()
    if (trouble === undefined) return
    if (Date.now() >= until) throw new Error(`it was not ready within ${waitSeconds} seconds, ${trouble}.`)
  }
}
