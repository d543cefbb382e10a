import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { usageOf } from './meter.ts'
import { hardLimit } from './open-files.ts'
import { findCgroup, readNetwork, readUsage } from './stats.ts'

const devices = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:     100       1    0    0    0     0          0         0      100       1    0    0    0     0       0          0
  eth0: 5000 12 0 0 0 0 0 0 7000 13 0 0 0 0 0 0
`

describe('readings from the kernel’s files', () => {
  let directory: string
  const put = async (path: string, text: string) => {
    await mkdir(join(directory, path, '..'), { recursive: true })
    await writeFile(join(directory, path), text)
  }
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'stellar-cgroup-'))
    await put('proc/42/net/dev', devices)
  })
  afterEach(() => rm(directory, { recursive: true }))
  const find = () => findCgroup(42, join(directory, 'cgroup'), join(directory, 'proc'))

  it('understand version 2', async () => {
    await put('proc/42/cgroup', '0::/system.slice/docker-abc.scope\n')
    const at = 'cgroup/system.slice/docker-abc.scope'
    await put(`${at}/cgroup.procs`, '41\n42\n')
    await put(`${at}/cpu.stat`, 'usage_usec 1500\nuser_usec 1000\n')
    await put(`${at}/memory.current`, '10000\n')
    await put(`${at}/memory.stat`, 'anon 6000\ninactive_file 3000\nactive_file 1000\n')
    const files = find()
    expect(files?.version).toBe(2)
    expect(files && readUsage(files, 42, join(directory, 'proc'))).toEqual({
      cpuNanoseconds: 1_500_000,
      memoryBytes: 7000,
      receivedBytes: 5000,
      sentBytes: 7000,
    })
  })

  it('say of a real container on version 2 what the engine says of it at the same moment', async () => {
    const golden = await readFile(new URL('cgroup-v2.golden.txt', import.meta.url), 'utf8')
    const [, ...parts] = golden.split(/^=== (.*)\n/m)
    const answers: string[] = []
    for (let each = 0; each < parts.length; each += 2) {
      const [place = '', text = ''] = parts.slice(each)
      if (place.startsWith('GET ')) answers.push(text)
      else await put(place.replace('/sys/fs/cgroup', 'cgroup'), text)
    }
    const proc = join(directory, 'proc')
    const files = findCgroup(1421, join(directory, 'cgroup'), proc)
    const usage = files && readUsage(files, 1421, proc)
    expect(usage).toEqual({
      cpuNanoseconds: 12_946_802_000,
      memoryBytes: 38_858_752,
      receivedBytes: 946,
      sentBytes: 0,
    })
    expect(usageOf(JSON.parse(answers[0] ?? ''))).toEqual(usage)
    // As `docker stats` showed it.
    expect(((usage?.memoryBytes ?? 0) / 1024 ** 2).toFixed(2)).toBe('37.06')
  })

  it('understand version 1', async () => {
    await put('proc/42/cgroup', '9:memory:/docker/abc\n4:cpuacct,cpu:/docker/abc\n0::/\n')
    await put('cgroup/memory/docker/abc/cgroup.procs', '42\n')
    await put('cgroup/memory/docker/abc/memory.usage_in_bytes', '10000\n')
    await put('cgroup/memory/docker/abc/memory.stat', 'inactive_file 1\ntotal_inactive_file 4000\n')
    await put('cgroup/cpuacct/docker/abc/cpuacct.usage', '123456\n')
    const files = find()
    expect(files?.version).toBe(1)
    expect(files && readUsage(files, 42, join(directory, 'proc'))).toMatchObject({
      cpuNanoseconds: 123_456,
      memoryBytes: 6000,
    })
  })

  it('are not taken from a group that the process is not in', async () => {
    await put('proc/42/cgroup', '0::/\n')
    await put('cgroup/cgroup.procs', '1\n')
    expect(find()).toBeUndefined()
  })

  it('are absent when the process is gone', () => {
    expect(findCgroup(43, join(directory, 'cgroup'), join(directory, 'proc'))).toBeUndefined()
  })
})

it('network counts all interfaces but loopback', () => {
  expect(readNetwork(devices)).toEqual({ receivedBytes: 5000, sentBytes: 7000 })
})

it('the engine’s own statistics of a stopped container are none', () => {
  expect(usageOf({ memory_stats: {} } as Parameters<typeof usageOf>[0])).toBeUndefined()
})

it('open files are limited to what the engine may grant', () => {
  expect(hardLimit('Max open files            1024                 20000                files')).toBe(20_000)
  expect(hardLimit('Max open files            1024                 1048576              files')).toBe(65_536)
  expect(hardLimit('Max open files            unlimited            unlimited            files')).toBe(65_536)
  expect(hardLimit('')).toBeUndefined()
})
