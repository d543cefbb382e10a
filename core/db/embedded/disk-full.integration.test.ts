// A full disk, which hosts of game servers meet: on a small file system in memory, which only root may mount.
import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import { openDatabase } from '#core/db/open.ts'
import { settings } from '#core/db/schema/index.ts'

const mount = (...args: string[]) => spawnSync('mount', args).status === 0
const probe = await mkdtemp(join(tmpdir(), 'stellar-disk-'))
const mounted = process.getuid?.() === 0 && mount('-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', probe)
if (!mounted) await rm(probe, { recursive: true })

describe.skipIf(!mounted)('on a full disk, the embedded PostgreSQL (needs the right to mount one)', () => {
  afterAll(async () => {
    spawnSync('umount', ['--lazy', probe])
    await rm(probe, { recursive: true })
  })

  const open = () => openDatabase({ url: undefined, dataDirectory: probe, log: silentLog })

  test('says so at the first start, leaves nothing half-made, and starts once there is room', async () => {
    await expect(open()).rejects.toMatchObject({ code: 'database-disk-full', status: 500 })
    expect((await readdir(join(probe, 'panel/postgres'))).filter((name) => name.endsWith('.tmp'))).toEqual([])
    expect(mount('-o', 'remount,size=140m', probe)).toBe(true)
    const database = await open()
    await database[Symbol.asyncDispose]()
  })

  test('refuses writes without losing what it had, and goes on by itself when there is room', {
    timeout: 120_000,
  }, async () => {
    await using database = await open()
    await database.withSystem((tx) => tx.insert(settings).values({ key: 'before', value: 1 }))
    // Pages that do not compress, until the server can write no more.
    const fill = async () => {
      for (let round = 0; round < 200; round++) {
        await database.withSystem((tx) =>
          tx.execute(sql`insert into panel.settings select gen_random_uuid()::text,
            to_jsonb((select string_agg(gen_random_uuid()::text, '') from generate_series(1, 30000) where i > 0)) from generate_series(1, 3) i`),
        )
      }
    }
    let ticks = 0
    const timer = setInterval(() => ticks++, 10)
    await expect(fill()).rejects.toThrow()
    clearInterval(timer)
    // The panel's own loop was never held up.
    expect(ticks).toBeGreaterThan(3)

    expect(mount('-o', 'remount,size=600m', probe)).toBe(true)
    await vi.waitFor(
      async () => {
        const rows = await database.withSystem((tx) => tx.select({ key: settings.key }).from(settings))
        expect(rows.map(({ key }) => key)).toContain('before')
      },
      { timeout: 60_000, interval: 500 },
    )
    await database.withSystem((tx) => tx.insert(settings).values({ key: 'after', value: 1 }))
  })
})
