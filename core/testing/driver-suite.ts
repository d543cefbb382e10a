// The suite every runtime driver must pass, against its real engine and the test bed's `tb-chatter`.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mebibytes, memoryWithOverhead } from '#core/domain/resources.ts'
import type { Attachment, ContainerRequest, Instance, RuntimeDriver } from '#core/plugins/contributions.ts'

const chatter = 'tb-chatter'
const signal = () => AbortSignal.timeout(30_000)

export function aRequest(
  serverId: string,
  dataDirectory: string,
  changes: Partial<ContainerRequest> = {},
): ContainerRequest {
  return {
    serverId,
    purpose: 'run',
    name: `stellar-${serverId}`,
    image: chatter,
    command: [],
    environment: { SERVER_PORT: '25570' },
    ports: [],
    memoryBytes: memoryWithOverhead(mebibytes(64)),
    cpuPercent: 50,
    dataDirectory,
    dataPath: '/data',
    workingDirectory: '/data',
    user: { uid: 1000, gid: 1000 },
    tmpfs: [],
    tty: false,
    ...changes,
  }
}

/** Reads an attachment for as long as it lasts and lets a test wait for a line. */
export function listen(attachment: Attachment) {
  let text = ''
  let ended = false
  let wake = () => {}
  const reading = (async () => {
    for await (const chunk of attachment.output) {
      text += new TextDecoder().decode(chunk.data)
      wake()
    }
    ended = true
    wake()
  })()
  return {
    text: () => text,
    reading,
    async until(pattern: string | RegExp, milliseconds = 20_000): Promise<string> {
      const deadline = Date.now() + milliseconds
      while (typeof pattern === 'string' ? !text.includes(pattern) : !pattern.test(text)) {
        if (ended || Date.now() > deadline)
          throw new Error(`expected ${pattern} in the output, but it was:\n${text.slice(-2000)}`)
        await new Promise<void>((resolve) => {
          wake = resolve
          setTimeout(resolve, 200)
        })
      }
      return text
    },
  }
}

export function driverSuite(name: string, open: () => Promise<RuntimeDriver>): void {
  describe(`${name} as a runtime driver`, () => {
    let driver: RuntimeDriver
    let data: string
    const serverId = crypto.randomUUID()

    beforeAll(async () => {
      driver = await open()
      const { chmod } = await import('node:fs/promises')
      data = await mkdtemp(join(tmpdir(), 'stellar-driver-'))
      await chmod(data, 0o777)
    })
    afterAll(async () => {
      await driver.purge(serverId)
      await rm(data, { recursive: true, force: true })
    })

    async function started(changes: Partial<ContainerRequest> = {}) {
      const instance = await driver.create(aRequest(serverId, data, changes), signal())
      const attachment = await instance.attach(signal())
      const output = listen(attachment)
      await instance.start(signal())
      return { instance, attachment, output }
    }

    it('says that the engine is healthy, and which it is', async () => {
      const health = await driver.health(signal())
      expect(health).toMatchObject({ healthy: true })
      expect(health.engine).toBeTruthy()
    })

    it('takes an image that is already here without asking a registry', async () => {
      await driver.pull(chatter, { mirrors: [], logins: [] }, { always: false }, () => {}, signal())
    })

    it('gives the first line to whoever attached before the start, and passes input on', async () => {
      const { attachment, output, instance } = await started()
      await output.until('tb-chatter ready on port')
      await attachment.write('hello there\n')
      await output.until('> hello there')
      expect((await instance.running()).running).toBe(true)
    })

    it('finds the container again by server, and nothing for a stranger', async () => {
      const again = await driver.recover(serverId, 'run')
      expect((await again?.running())?.running).toBe(true)
      expect(await driver.recover(serverId, 'install')).toBeUndefined()
      expect(await driver.recover(crypto.randomUUID(), 'run')).toBeUndefined()
      expect(await driver.servers()).toContain(serverId)
    })

    it('measures what it uses', async () => {
      const instance = (await driver.recover(serverId, 'run')) as Instance
      const attachment = await instance.attach(signal())
      await instance.stats(signal())
      await attachment.write('burn 2\n')
      await expect.poll(async () => (await instance.stats(signal()))?.cpuPercent, { timeout: 5000 }).toBeGreaterThan(20)
      expect((await instance.stats(signal()))?.memoryBytes).toBeGreaterThan(1e6)
      await attachment[Symbol.asyncDispose]()
    })

    it('gives what it kept since a time, with the engine’s times', async () => {
      const instance = (await driver.recover(serverId, 'run')) as Instance
      const kept: string[] = []
      for await (const chunk of instance.since(new Date(Date.now() - 60_000).toISOString(), signal())) {
        expect(Math.abs(Date.parse(chunk.at) - Date.now())).toBeLessThan(60_000)
        kept.push(new TextDecoder().decode(chunk.data))
      }
      expect(kept.join('')).toContain('> hello there\n')
    })

    it('reports exit codes, and that asking twice is harmless', async () => {
      const { instance, attachment, output } = await started()
      await output.until('ready on port')
      const exited = instance.exited(signal())
      await attachment.write('crash 3\n')
      expect(await exited).toMatchObject({ code: 3, outOfMemory: false })
      expect(await instance.exited(signal())).toMatchObject({ code: 3 })
      expect(await instance.stats(signal())).toBeUndefined()
      await output.reading
      await instance.kill()
      await instance.signal('SIGTERM')
    })

    it('names the signal of a process that died of one', async () => {
      const { instance, attachment, output } = await started()
      await output.until('ready on port')
      await attachment.write('segv\n')
      expect(await instance.exited(signal())).toMatchObject({ signal: 'SIGSEGV' })
    })

    it('says when memory ran out', async () => {
      const { instance, attachment, output } = await started()
      await output.until('ready on port')
      await attachment.write('eat 300\n')
      expect(await instance.exited(signal())).toMatchObject({ outOfMemory: true })
    })

    it('hands signals to the game and kills one that ignores them', async () => {
      const { instance, output } = await started({ environment: { SERVER_PORT: '25570', IGNORE_TERM: '1' } })
      await output.until('ready on port')
      await instance.signal('SIGTERM')
      expect((await instance.running()).running).toBe(true)
      await instance.kill()
      expect(await instance.exited(signal())).toMatchObject({ signal: 'SIGKILL' })
    })

    it('tells standard error from standard output', async () => {
      const { attachment, instance, output } = await started()
      await output.until('ready on port')
      const sources = new Set<string>()
      const second = await instance.attach(signal())
      const seen = (async () => {
        for await (const chunk of second.output) sources.add(chunk.source)
      })()
      await attachment.write('stderr oops\n')
      await output.until('oops')
      await instance.kill()
      await seen
      expect([...sources]).toContain('stderr')
    })

    it('tells watchers that a container died', async () => {
      const watching = new AbortController()
      const seen: (string | undefined)[] = []
      driver.watch((id) => seen.push(id), watching.signal)
      await expect.poll(() => seen, { timeout: 5000 }).toContain(undefined)
      const { instance, output } = await started()
      await output.until('ready on port')
      await instance.kill()
      await expect.poll(() => seen, { timeout: 5000 }).toContain(serverId)
      watching.abort()
    })

    it('does not freeze a game whose output nobody takes, and counts what it drops', async () => {
      const instance = await driver.create(aRequest(serverId, data), signal())
      const attachment = await instance.attach(signal())
      await instance.start(signal())
      await expect.poll(async () => (await instance.running()).running).toBe(true)
      await attachment.write('flood 400000 0 100\n')
      await attachment.write('stop\n')
      expect(await instance.exited(signal())).toMatchObject({ code: 0 })
      let lines = 0
      let dropped = 0
      for await (const chunk of attachment.output) {
        lines += chunk.data.filter((byte) => byte === 10).length
        dropped += chunk.droppedLines ?? 0
      }
      expect(dropped).toBeGreaterThan(0)
      expect(lines + dropped).toBeGreaterThanOrEqual(400_000)
    })

    it('runs an installer with an entrypoint of its own', async () => {
      const { instance, output } = await started({
        purpose: 'install',
        entrypoint: ['/bin/sh', '-eu'],
        command: ['-c', 'echo "installing as $(id -u)"; echo done > /data/installed; exit 7'],
      })
      expect(await instance.exited(signal())).toMatchObject({ code: 7 })
      await output.reading
      expect(output.text()).toContain('installing as 1000')
      await instance.remove()
    })

    it('leaves nothing behind after a purge, twice', async () => {
      await driver.purge(serverId)
      await driver.purge(serverId)
      expect(await driver.servers()).not.toContain(serverId)
      expect(await driver.recover(serverId, 'run')).toBeUndefined()
    })
  })
}
