// The embedded PostgreSQL as a panel's operator meets it: real processes, real signals, real folders.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Log, silentLog } from '#core/base/log.ts'
import { openDatabase } from '#core/db/open.ts'
import { settings } from '#core/db/schema/index.ts'
import { findRunning, stopPostmaster } from './postmaster.ts'

// Each makes clusters, which takes a second on a quiet machine and many on a busy one.
vi.setConfig({ testTimeout: 120_000 })

const program = fileURLToPath(new URL('../../testing/panel-database.ts', import.meta.url))
const asRoot = process.getuid?.() === 0

let dataDirectory: string
let children: ChildProcess[]

beforeEach(() => {
  children = []
})
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
})

const clusterIn = (folder: string) => join(folder, 'panel/postgres/cluster')
const running = () => findRunning(clusterIn(dataDirectory))
const open = (log: Log = silentLog, purpose: 'panel' | 'command' = 'panel') =>
  openDatabase({ url: undefined, dataDirectory, log, purpose })

async function clear(folder: string): Promise<void> {
  const left = await findRunning(clusterIn(folder))
  if (left) {
    await stopPostmaster(left.pid)
    await rm(left.socketFolder, { recursive: true, force: true })
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 30, retryDelay: 100 })
}

/** A panel in a process of its own; `answer` is its first message. */
async function openElsewhere(
  uid?: number,
): Promise<{ child: ChildProcess; answer: { ready?: string; refused?: string } }> {
  const child = spawn(process.execPath, [program, dataDirectory], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  })
  children.push(child)
  const [answer] = await once(child, 'message', { signal: AbortSignal.timeout(60_000) })
  return { child, answer }
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

async function write(
  database: { withSystem: Awaited<ReturnType<typeof open>>['withSystem'] },
  key: string,
): Promise<void> {
  await database.withSystem((tx) => tx.insert(settings).values({ key, value: 1 }))
}
async function keys(database: { withSystem: Awaited<ReturnType<typeof open>>['withSystem'] }): Promise<string[]> {
  const rows = await database.withSystem((tx) => tx.select({ key: settings.key }).from(settings))
  return rows.map(({ key }) => key)
}

describe('the embedded PostgreSQL in a new folder', () => {
  beforeEach(async () => {
    dataDirectory = await mkdtemp(join(tmpdir(), 'stellar-embedded-'))
  })
  afterEach(async () => {
    await clear(dataDirectory)
  })

  test('is made at the first start, found at the second, and gone with the panel', async () => {
    const first = await open()
    expect(first.description).toMatch(/^PostgreSQL 18\.\d+, embedded$/)
    await write(first, 'kept')
    const made = await running()
    await first[Symbol.asyncDispose]()
    expect(await running()).toBeUndefined()
    await expect(stat(made?.socketFolder ?? '')).rejects.toThrow('ENOENT')

    const began = performance.now()
    const second = await open()
    // 0.1 to 0.3 s when the machine is quiet.
    expect(performance.now() - began).toBeLessThan(5000)
    expect(await keys(second)).toEqual(['kept'])
    await second[Symbol.asyncDispose]()
    expect((await readdir(join(dataDirectory, 'panel/postgres'))).sort()).toEqual([
      'cluster',
      expect.stringMatching(/^engine-18\./),
      'postgres.log',
    ])
  })

  test('works in a deep folder with spaces and apostrophes in its name', async () => {
    const outer = dataDirectory
    dataDirectory = join(outer, "deep folder's name ".repeat(4), 'x'.repeat(100))
    try {
      await using database = await open()
      await write(database, 'deep')
      expect(await keys(database)).toEqual(['deep'])
    } finally {
      await clear(dataDirectory)
      dataDirectory = outer
    }
  })

  test('works in a folder given relative to where the panel was started, and through a link', async () => {
    const outer = dataDirectory
    await mkdir(join(outer, 'real'))
    await symlink('real', join(outer, 'link'))
    dataDirectory = relative(process.cwd(), join(outer, 'link'))
    try {
      await using database = await open()
      await write(database, 'relative')
      expect(await findRunning(join(outer, 'real/panel/postgres/cluster'))).toBeDefined()
    } finally {
      dataDirectory = outer
    }
  })

  test.runIf(asRoot)(
    'runs as another account when the panel is root, also beneath a folder only root may enter',
    async () => {
      const outer = dataDirectory
      dataDirectory = await mkdtemp(join(homedir(), '.stellar-embedded-'))
      try {
        await using database = await open()
        await write(database, 'beneath')
        const found = await running()
        const status = await readFile(`/proc/${found?.pid}/status`, 'utf8')
        const owner = /^Uid:\s+(\d+)\s+(\d+)/m.exec(status)
        expect(Number(owner?.[1])).toBeGreaterThan(0)
        expect(owner?.[2]).toBe(owner?.[1])
        expect((await stat(clusterIn(dataDirectory))).uid).toBe(Number(owner?.[1]))
        // At most the one capability that lets it pass through (bit 2).
        const capabilities = BigInt(`0x${/^CapEff:\s*(\w+)/m.exec(status)?.[1]}`)
        expect(capabilities & ~4n).toBe(0n)
      } finally {
        await clear(dataDirectory)
        dataDirectory = outer
      }
    },
  )

  test.runIf(asRoot)(
    'runs as whoever runs the panel when that is not root, and is not opened by another account',
    async () => {
      await chown(dataDirectory, 65_534, 65_534)
      const { child, answer } = await openElsewhere(65_534)
      expect(answer).toEqual({ ready: expect.stringContaining('embedded') })
      expect((await stat(clusterIn(dataDirectory))).uid).toBe(65_534)
      await kill(child)
      // Root may: it runs the server as the owner of the data, and is admitted by name.
      const database = await open()
      await database[Symbol.asyncDispose]()

      const stranger = await openElsewhere(65_533)
      expect(stranger.answer.refused).toMatch(/belongs to another account|not permitted/)
    },
  )

  test('goes to exactly one of two panels that start at once on an empty folder', async () => {
    const answers = await Promise.all([openElsewhere(), openElsewhere()])
    expect(answers.filter(({ answer }) => answer.ready)).toHaveLength(1)
    expect(answers.filter(({ answer }) => answer.refused?.includes('already works with the data folder'))).toHaveLength(
      1,
    )
    expect((await readdir(join(dataDirectory, 'panel/postgres'))).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  test('begins anew after a first start that was killed half-way', async () => {
    const parent = join(dataDirectory, 'panel/postgres')
    await mkdir(join(parent, '.cluster-dead.tmp/base'), { recursive: true })
    await mkdir(join(parent, '.engine-dead.tmp/bin'), { recursive: true })
    await using _database = await open()
    expect((await readdir(parent)).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  test('refuses a folder of another version of PostgreSQL', async () => {
    await mkdir(clusterIn(dataDirectory), { recursive: true })
    await writeFile(join(clusterIn(dataDirectory), 'PG_VERSION'), '19\n')
    await expect(open()).rejects.toMatchObject({
      code: 'database-other-version',
      message: `The data folder ${clusterIn(dataDirectory)} was made by PostgreSQL 19; this program brings PostgreSQL 18 and cannot read it.`,
    })
    expect(await running()).toBeUndefined()
  })

  test.each(['"', '$(id)', '`id`'])(
    'refuses a folder with %s in its name, which initdb would give to a shell',
    async (part) => {
      const folder = join(dataDirectory, part)
      await expect(openDatabase({ url: undefined, dataDirectory: folder, log: silentLog })).rejects.toMatchObject({
        code: 'database-folder-name',
      })
      await expect(stat(folder)).rejects.toThrow('ENOENT')
    },
  )

  test('says so when it may not work in its folder', async () => {
    await writeFile(join(dataDirectory, 'panel'), 'a file where a folder should be')
    await expect(open()).rejects.toMatchObject({ name: 'PublicError', status: 500 })
  })
})

describe('the embedded PostgreSQL', () => {
  beforeAll(async () => {
    dataDirectory = await mkdtemp(join(tmpdir(), 'stellar-embedded-'))
  })
  beforeEach(async () => {
    const database = await open()
    await database.withSystem((tx) => tx.delete(settings))
    await database[Symbol.asyncDispose]()
  })
  afterAll(async () => {
    await clear(dataDirectory)
  })

  test('in a service puts its socket where commands outside the service see it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stellar-run-'))
    if (asRoot) await chmod(folder, 0o711)
    vi.stubEnv('RUNTIME_DIRECTORY', `${folder}:/run/other`)
    try {
      await using _database = await open()
      expect((await running())?.socketFolder.startsWith(`${folder}/stellar-`)).toBe(true)
    } finally {
      vi.unstubAllEnvs()
    }
    expect(await readdir(folder)).toEqual([])
    await rm(folder, { recursive: true })
  })

  test('listens on a socket that nobody else can reach, and on no port', async () => {
    await using _database = await open()
    const found = await running()
    expect((await stat(found?.socketFolder ?? '')).mode & 0o777).toBe(0o700)
    expect(Buffer.byteLength(`${found?.socketFolder}/.s.PGSQL.5432`)).toBeLessThanOrEqual(107)
    expect((await stat(clusterIn(dataDirectory))).mode & 0o777).toBe(0o700)
    const sockets = await readFile(`/proc/${found?.pid}/net/tcp`, 'utf8')
    const inodes = new Set(sockets.split('\n').map((line) => line.trim().split(/\s+/)[9]))
    for (const fd of await readdir(`/proc/${found?.pid}/fd`)) {
      const { ino } = await stat(`/proc/${found?.pid}/fd/${fd}`).catch(() => ({ ino: -1 }))
      expect(inodes.has(String(ino))).toBe(false)
    }
  })

  test('is adopted by the next panel when the panel is killed, and loses nothing', async () => {
    const { child, answer } = await openElsewhere()
    expect(answer.ready).toMatch(/embedded$/)
    const before = await running()
    await kill(child)
    expect((await running())?.pid).toBe(before?.pid)

    const database = await open()
    expect((await running())?.pid).toBe(before?.pid)
    await write(database, 'after the crash')
    expect(await keys(database)).toEqual(['after the crash'])
    await database[Symbol.asyncDispose]()
    expect(await running()).toBeUndefined()
  })

  test('is started again when its postmaster is killed, and requests wait for it meanwhile', async () => {
    const log = { ...silentLog, error: vi.fn() }
    await using database = await open(log)
    await write(database, 'before')
    const before = await running()
    process.kill(before?.pid ?? 0, 'SIGKILL')

    // Connections may linger for an instant; from the first refusal on, what has not begun waits.
    await vi.waitFor(async () => expect(await keys(database)).toEqual(['before']), { timeout: 30_000 })
    await vi.waitFor(async () => expect((await running())?.status).toBe('ready'), { timeout: 30_000 })
    const after = await running()
    expect(after?.pid).not.toBe(before?.pid)
    expect(after?.socketFolder).toBe(before?.socketFolder)
    await vi.waitFor(() => write(database, 'after'), { timeout: 10_000 })
    expect(log.error).toHaveBeenCalledWith('PostgreSQL has stopped by itself; starting it again', expect.anything())
  })

  test('starts after the whole machine went away in the middle of work', async () => {
    const { child } = await openElsewhere()
    const before = await running()
    const everything = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
    const parents = await Promise.all(
      everything.map(async (pid) => {
        const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
        return { pid: Number(pid), parent: Number(line.split(') ')[1]?.split(' ')[1]) }
      }),
    )
    await kill(child)
    for (const { pid, parent } of parents) {
      if (!before || (pid !== before.pid && parent !== before.pid)) continue
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // Left by itself when its parent went.
      }
    }
    await using database = await open()
    await write(database, 'recovered')
    expect((await running())?.pid).not.toBe(before?.pid)
  })

  test('belongs to one panel: the second is refused in one sentence and disturbs nothing', async () => {
    await using database = await open()
    const { answer, child } = await openElsewhere()
    expect(answer.refused).toBe(
      `Another Stellar panel (process ${process.pid}) already works with the data folder ${dataDirectory}.`,
    )
    await once(child, 'exit')
    await write(database, 'undisturbed')
    await database.ping()
  })

  test('is handed over when one panel starts while the other is still stopping', async () => {
    const { child } = await openElsewhere()
    const gone = once(child, 'exit')
    child.send('stop')
    await using database = await open()
    await gone
    await write(database, 'handed over')
    expect(await keys(database)).toEqual(['handed over'])
  })

  test('serves a command beside a running panel, and stays for the panel', async () => {
    await using panel = await open()
    const before = await running()
    const command = await open(silentLog, 'command')
    await write(command, 'by command')
    await command[Symbol.asyncDispose]()
    expect((await running())?.pid).toBe(before?.pid)
    expect(await keys(panel)).toEqual(['by command'])
  })

  test('is started for a command and stopped after it, unless a panel came meanwhile', async () => {
    const alone = await open(silentLog, 'command')
    await alone[Symbol.asyncDispose]()
    expect(await running()).toBeUndefined()

    const command = await open(silentLog, 'command')
    await using panel = await open()
    await command[Symbol.asyncDispose]()
    expect(await running()).toBeDefined()
    await write(panel, 'still there')
  })
})
