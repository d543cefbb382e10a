// What the node keeps of one server: what should be, and what it did about it. Both survive any restart.
import { existsSync } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Log } from '#core/base/log.ts'
import { type DesiredServer, desiredServerSchema } from '#core/domain/plan.ts'
import { exitSchema, observedStates } from '#core/domain/server.ts'
import { openBeneath } from '#core/node/files/beneath.ts'
import { readWhole, writeWhole } from '#core/node/files/disk.ts'

const keptStateSchema = z.object({
  state: z.enum(observedStates),
  since: z.string(),
  /** Power request it has acted on. */
  request: z.int().nonnegative(),
  /** Installation request that came to an end, good or bad. */
  installed: z.int().nonnegative(),
  /** True once an installation went well: from then on its files are somebody's. */
  hasFiles: z.boolean(),
  /** True when it ended or crashed for good: it stays off until somebody asks again. */
  leftOff: z.boolean(),
  startedAt: z.string().optional(),
  exit: exitSchema.optional(),
  reason: z.string().optional(),
  notReady: z.boolean().optional(),
  /** Milliseconds since 1970 of each restart after a crash. */
  restarts: z.array(z.number()),
  installLog: z.array(z.string()).optional(),
  /** Which boot of the machine the run belongs to. */
  bootId: z.string().optional(),
})
export type KeptState = z.output<typeof keptStateSchema>

export function firstState(now: string): KeptState {
  return { state: 'installing', since: now, request: 0, installed: 0, hasFiles: false, leftOff: false, restarts: [] }
}

/**
 * What to go on with when its state is lost or not understood (a newer Stellar wrote it) and there are files: they are
 * somebody's, so nothing is installed over them and nothing takes them away; whether it runs, the container says.
 */
function assumedState({ install, power }: DesiredServer, now: string): KeptState {
  return {
    ...firstState(now),
    state: power.want === 'running' ? 'running' : 'stopping',
    request: power.request,
    installed: install.request,
    hasFiles: true,
  }
}

export interface ServerDisk {
  /** The game's files. */
  readonly data: string
  readonly console: string
  saveDesired(desired: DesiredServer): Promise<void>
  saveState(state: KeptState): Promise<void>
  /** Everything: the game's files without following a link, then our own. */
  remove(): Promise<void>
}

export interface LoadedServer {
  readonly disk: ServerDisk
  readonly desired: DesiredServer | undefined
  /** As it was kept, or what takes its place. */
  stateFor(desired: DesiredServer): KeptState
}

export async function openServerDisk(directory: string, log: Log): Promise<LoadedServer> {
  const data = join(directory, 'data')
  await mkdir(data, { recursive: true, mode: 0o700 })
  const [desired, state, files] = await Promise.all([
    load(join(directory, 'desired.json'), desiredServerSchema, log),
    load(join(directory, 'state.json'), keptStateSchema, log),
    readdir(data),
  ])
  return {
    desired,
    stateFor(wanted) {
      const now = new Date().toISOString()
      return state ?? (files.length > 0 ? assumedState(wanted, now) : firstState(now))
    },
    disk: {
      data,
      console: join(directory, 'console'),
      saveDesired: (value) => writeWhole(join(directory, 'desired.json'), JSON.stringify(value)),
      saveState: (value) => writeWhole(join(directory, 'state.json'), JSON.stringify(value)),
      async remove() {
        await emptyData(data)
        await rm(directory, { recursive: true, force: true })
      },
    },
  }
}

/** Harmless when an earlier attempt got that far. */
async function emptyData(data: string): Promise<void> {
  if (!existsSync(data)) return
  await using files = await openBeneath(data)
  await files.empty()
}

/** Undefined for what is not there or not understood; the panel sends desired state again. */
async function load<S extends z.ZodType>(path: string, schema: S, log: Log): Promise<z.output<S> | undefined> {
  const text = await readWhole(path)
  if (text === undefined) return undefined
  try {
    return schema.parse(JSON.parse(text))
  } catch (error) {
    log.error('a file of a server is not understood', { path, error })
    return undefined
  }
}
