import { existsSync, readdirSync, readFileSync } from 'node:fs'
// What a game or an installer can reach and do, asked from inside and from the engine: nothing may be taken for granted.
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ContainerInspectInfo } from 'dockerode'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import type { Attachment, Instance, RuntimeDriver } from '#core/plugins/contributions.ts'
import { aRequest, listen } from '#core/testing/driver-suite.ts'
import { run, withoutTestbed } from '#core/testing/services.ts'
import { dockerDriver } from './driver.ts'
import { openEngine } from './engine.ts'
import { iptables } from './firewall.ts'
import { defaultSocketPath } from './machine.ts'
import { bridgeName, networkName } from './network.ts'

const signal = () => AbortSignal.timeout(30_000)
const engine = openEngine(defaultSocketPath)

interface Game {
  readonly id: string
  readonly instance: Instance
  readonly attachment: Attachment
  readonly output: ReturnType<typeof listen>
  readonly info: ContainerInspectInfo
  readonly address: string
  readonly gateway: string
}

describe.skipIf(withoutTestbed)('the isolation of containers (needs the test bed)', () => {
  let driver: RuntimeDriver
  let data: string
  const ids: string[] = []
  let one: Game
  let other: Game
  let installer: ContainerInspectInfo
  const port = 25_000 + Math.floor(Math.random() * 2000)
  const otherPort = port + 2000
  let hostPort: number
  let host: Server

  async function game(gamePort: number): Promise<Game> {
    const id = crypto.randomUUID()
    ids.push(id)
    const request = aRequest(id, data, {
      environment: { SERVER_PORT: String(gamePort) },
      ports: [{ name: 'game', port: gamePort, protocol: 'both' }],
      tmpfs: [{ path: '/var/cache/game', sizeMiB: 8 }],
    })
    const instance = await driver.create(request, signal())
    const attachment = await instance.attach(signal())
    const output = listen(attachment)
    await instance.start(signal())
    await output.until('ready on port')
    const info = await engine.getContainer(instance.handle).inspect()
    const network = info.NetworkSettings.Networks[networkName(id)]
    return {
      id,
      instance,
      attachment,
      output,
      info,
      address: network?.IPAddress ?? '',
      gateway: network?.Gateway ?? '',
    }
  }

  /** What chatter says about a connection from inside; it gives up after two seconds. */
  async function connects(from: Game, address: string, to: number): Promise<boolean> {
    const answers = () => from.output.text().match(/^(connected to|connect:).*$/gm) ?? []
    const before = answers().length
    await from.attachment.write(`connect ${address} ${to}\n`)
    await expect.poll(() => answers().length, { timeout: 20_000 }).toBe(before + 1)
    return answers().at(-1) === `connected to ${address}:${to}`
  }

  /** Those of the addresses that take a connection, all asked at once: a packet that is dropped is waited for. */
  async function reachedFromInside(addresses: readonly string[], to: number): Promise<string[]> {
    const ask = (place: string) => `timeout 2 bash -c '</dev/tcp/${place}' && echo ${place} &`
    // The game's own port as well: the question can be answered with yes.
    const own = `127.0.0.1/${port}`
    const questions = [own, ...addresses.map((address) => `${address}/${to}`)].map(ask)
    const script = `exec 2>/dev/null\n${questions.join('\n')}\nwait`
    const said = await run('docker', ['exec', one.instance.handle, 'bash', '-c', script], { timeoutMs: 20_000 })
    const places = said.trim().split('\n')
    expect(places).toContain(own)
    return places.filter((place) => place !== own)
  }

  beforeAll(async () => {
    driver = dockerDriver({ log: silentLog })
    data = await mkdtemp(join(tmpdir(), 'stellar-isolation-'))
    await chmod(data, 0o777)
    host = createServer((socket) => socket.on('error', () => {}).end('host\n'))
    await new Promise<void>((resolve) => host.listen(0, '0.0.0.0', resolve))
    const address = host.address()
    hostPort = typeof address === 'object' && address ? address.port : 0
    one = await game(port)
    other = await game(otherPort)
    const id = crypto.randomUUID()
    ids.push(id)
    const entrypoint = ['/bin/sh', '-eu']
    const made = await driver.create(
      aRequest(id, data, { purpose: 'install', entrypoint, command: ['-c', 'true'] }),
      signal(),
    )
    installer = await engine.getContainer(made.handle).inspect()
  })

  afterAll(async () => {
    for (const id of ids) await driver.purge(id)
    host.close()
    await rm(data, { recursive: true, force: true })
  })

  const both = (): [string, ContainerInspectInfo][] => [
    ['the game', one.info],
    ['the installer', installer],
  ]

  it('limits memory, swap, CPU, processes, files and core dumps', () => {
    for (const [who, { HostConfig }] of both()) {
      expect(HostConfig.Memory, who).toBeGreaterThan(64 * 1024 ** 2)
      expect(HostConfig.MemorySwap, who).toBe(HostConfig.Memory)
      expect(HostConfig.CpuQuota, who).toBe(50_000)
      expect(HostConfig.CpuPeriod, who).toBe(100_000)
      expect(HostConfig.PidsLimit, who).toBe(512)
      expect(HostConfig.Ulimits, who).toContainEqual({ Name: 'core', Soft: 0, Hard: 0 })
    }
  })

  it('gives no capability, no new privileges and the default seccomp profile', () => {
    for (const [who, { HostConfig }] of both()) {
      expect(HostConfig.Privileged, who).toBe(false)
      expect(HostConfig.CapDrop, who).toEqual(['ALL'])
      expect(HostConfig.CapAdd ?? [], who).toEqual([])
      expect(HostConfig.SecurityOpt, who).toEqual(['no-new-privileges:true'])
      expect(HostConfig.Devices ?? [], who).toEqual([])
      expect([HostConfig.PidMode, HostConfig.UTSMode, HostConfig.UsernsMode], who).toEqual(['', '', ''])
      expect(HostConfig.IpcMode, who).toBe('private')
    }
  })

  it('says the same from inside', async () => {
    await one.attachment.write('limits\n')
    const text = await one.output.until(/^\/dev\/shm: .*$/m)
    expect(text).toMatch(/uid=1000 gid=1000 CapEff=0+ CapBnd=0+ NoNewPrivs=1 Seccomp=2/)
    expect(text).not.toMatch(/^\/: writable$/m)
    expect(text).not.toMatch(/^\/etc: writable$/m)
    expect(text).toMatch(/^\/tmp: writable$/m)
    expect(text).toMatch(/^\/data: writable$/m)
  })

  it('mounts a read-only root, the data and bounded memory-backed places, and nothing else of the host', () => {
    for (const [who, info] of both()) {
      expect(info.HostConfig.ReadonlyRootfs, who).toBe(true)
      expect(info.HostConfig.Binds ?? [], who).toEqual([])
      expect(
        info.Mounts.map(({ Type, Source, Destination }) => ({ Type, Source, Destination })),
        who,
      ).toEqual([{ Type: 'bind', Source: data, Destination: '/data' }])
      for (const options of Object.values(info.HostConfig.Tmpfs ?? {})) {
        expect(options, who).toContain('nosuid')
        expect(options, who).toContain('nodev')
        expect(options, who).toMatch(/size=\d+/)
      }
      expect(Object.keys(info.HostConfig.Tmpfs ?? {}), who).toContain('/tmp')
    }
    expect(Object.keys(one.info.HostConfig.Tmpfs ?? {})).toContain('/var/cache/game')
  })

  it('runs as an unprivileged user, with labels, a bounded log and no restart policy', () => {
    for (const [who, { Config, HostConfig }] of both()) {
      expect(Config.User, who).toBe('1000:1000')
      expect(Config.Labels, who).toMatchObject({ 'stellar.server': expect.any(String), 'stellar.node': 'true' })
      expect(HostConfig.LogConfig, who).toEqual({
        Type: 'local',
        Config: { 'max-size': '5m', 'max-file': '2', mode: 'non-blocking', 'max-buffer-size': '1m' },
      })
      expect(HostConfig.RestartPolicy?.Name, who).toBe('no')
    }
    expect(one.info.Config.Labels['stellar.purpose']).toBe('run')
    expect(installer.Config.Labels['stellar.purpose']).toBe('install')
    expect(installer.HostConfig.PortBindings ?? {}).toEqual({})
  })

  it('has a bridge of its own, named for the firewall, without IPv6 and without talk on it', async () => {
    const network = await engine.getNetwork(networkName(one.id)).inspect()
    expect(network.Options).toMatchObject({
      'com.docker.network.bridge.name': bridgeName(one.id),
      'com.docker.network.bridge.enable_icc': 'false',
    })
    expect(network.EnableIPv6).toBe(false)
    expect(Object.keys(one.info.NetworkSettings.Networks)).toEqual([networkName(one.id)])
  })

  it('publishes its port to the outside', async () => {
    const { connect } = await import('node:net')
    const socket = connect(port, '127.0.0.1')
    const heard = new Promise<string>((resolve, reject) => {
      socket.once('data', (bytes) => resolve(bytes.toString()))
      socket.once('error', reject)
    })
    socket.write('hello\n')
    expect(await heard).toContain('hello')
    socket.destroy()
  })

  it('cannot reach its neighbour, neither directly nor through the neighbour’s published port', async () => {
    const addresses = [other.address, other.gateway, one.gateway, ...hostAddresses()]
    expect(await reachedFromInside(addresses, otherPort)).toEqual([])
  })

  it('cannot reach the host’s own ports at any of its addresses', async () => {
    // The port is open: what follows means something.
    expect(await reachable('127.0.0.1', hostPort)).toBe(true)
    expect(await reachedFromInside([one.gateway, other.gateway, ...hostAddresses()], hostPort)).toEqual([])
  })

  it('reaches the internet, by name: where this machine gets its packages', async () => {
    const { hostname, port, protocol } = packageSource()
    expect(await connects(one, hostname, Number(port || (protocol === 'https:' ? 443 : 80)))).toBe(true)
  })

  // Another node on this machine may put the rule back while this looks.
  it('could reach the host’s ports without the firewall, which is put back by itself', { retry: 3 }, async () => {
    await iptables('iptables', ['-D', 'INPUT', '-i', 'stl-+', '-j', 'STELLAR-INPUT'])
    try {
      expect(await connects(one, one.gateway, hostPort)).toBe(true)
    } finally {
      const fresh = dockerDriver({ log: silentLog })
      // Whoever only asks changes nothing; a node that runs servers watches them.
      const life = new AbortController()
      onTestFinished(() => life.abort())
      fresh.watch(() => {}, life.signal)
      await fresh.health(signal())
      await expect
        .poll(async () => (await iptables('iptables', ['-C', 'INPUT', '-i', 'stl-+', '-j', 'STELLAR-INPUT'])).ok)
        .toBe(true)
    }
    expect(await connects(one, one.gateway, hostPort)).toBe(false)
  })

  it('cannot reach the metadata address of a cloud', async () => {
    expect(await connects(one, '169.254.169.254', 80)).toBe(false)
    const rules = await iptables('iptables', ['-C', 'STELLAR-FORWARD', '-d', '169.254.0.0/16', '-j', 'DROP'])
    expect(rules.ok).toBe(true)
  })
})

function hostAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address)
    .slice(0, 4)
}

async function reachable(address: string, port: number): Promise<boolean> {
  const { connect } = await import('node:net')
  return new Promise((resolve) => {
    const socket = connect(port, address)
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

/** The one place outside that a machine with the test bed is sure to reach. */
function packageSource(): URL {
  const folder = '/etc/apt/sources.list.d'
  const files = ['/etc/apt/sources.list', ...readdirSync(folder).map((name) => join(folder, name))]
  const found = files.flatMap((file) =>
    existsSync(file) ? (readFileSync(file, 'utf8').match(/^[^#\n]*?(https?:\/\/\S+)/m)?.[1] ?? []) : [],
  )
  return new URL(found[0] ?? 'http://this-machine-names-no-package-source.invalid')
}
