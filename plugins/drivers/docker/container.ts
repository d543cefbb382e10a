// What a container of ours looks like: the isolation that every one gets, installer or game, and nothing may widen.
import type { ContainerCreateOptions, MountSettings } from 'dockerode'
import type { ContainerRequest } from 'stellar/plugin'
import { labels } from './engine.ts'

export interface Surroundings {
  /** Id or name of the image as the engine has it. */
  readonly image: string
  readonly network: string
  /** Undefined: what the engine gives by itself. */
  readonly openFiles?: number | undefined
}

/** Threads count as processes: large modded games reach about 300. */
const pidsLimit = 512
const mib = 1024 ** 2

export function containerName(request: Pick<ContainerRequest, 'name' | 'purpose'>): string {
  return request.purpose === 'run' ? request.name : `${request.name}-install`
}

export function containerOptions(
  request: ContainerRequest,
  { image, network, openFiles }: Surroundings,
): ContainerCreateOptions {
  const ports = request.ports.flatMap(({ port, protocol }) =>
    (protocol === 'both' ? ['tcp', 'udp'] : [protocol]).map((each) => ({ port, key: `${port}/${each}` })),
  )
  const data: MountSettings = { Type: 'bind', Source: request.dataDirectory, Target: request.dataPath }
  return {
    name: containerName(request),
    Image: image,
    Hostname: request.serverId.slice(0, 8),
    User: `${request.user.uid}:${request.user.gid}`,
    WorkingDir: request.workingDirectory,
    Env: Object.entries(withHome(request)).map(([name, value]) => `${name}=${value}`),
    // An argument vector is all that runs: an image's own entrypoint, often a script for root, must not come before it.
    ...(request.entrypoint
      ? { Entrypoint: [...request.entrypoint] }
      : request.command.length > 0 && { Entrypoint: [] }),
    ...(request.command.length > 0 && { Cmd: [...request.command] }),
    Tty: request.tty,
    OpenStdin: true,
    StdinOnce: false,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Labels: { [labels.server]: request.serverId, [labels.purpose]: request.purpose, [labels.node]: 'true' },
    ExposedPorts: Object.fromEntries(ports.map(({ key }) => [key, {}])),
    HostConfig: {
      NetworkMode: network,
      PortBindings: Object.fromEntries(
        ports.map(({ port, key }) => [key, [{ HostIp: '0.0.0.0', HostPort: String(port) }]]),
      ),
      Mounts: [data],
      Memory: request.memoryBytes,
      // The same number: no swap beside it.
      MemorySwap: request.memoryBytes,
      // A quota, not NanoCpus: the engine refuses the latter above the machine's cores.
      CpuPeriod: 100_000,
      CpuQuota: Math.max(1000, Math.round(request.cpuPercent * 1000)),
      PidsLimit: pidsLimit,
      ReadonlyRootfs: true,
      Tmpfs: temporary(request),
      CapDrop: ['ALL'],
      // The seccomp profile is not named here, so it is the engine's default. Never `unconfined`.
      SecurityOpt: ['no-new-privileges:true'],
      Privileged: false,
      IpcMode: 'private',
      // Reaps what games leave behind and passes signals to those that have no handler for them.
      Init: true,
      // The node decides what starts again.
      RestartPolicy: { Name: 'no' },
      Ulimits: [
        ...(openFiles === undefined ? [] : [{ Name: 'nofile', Soft: openFiles, Hard: openFiles }]),
        { Name: 'core', Soft: 0, Hard: 0 },
      ],
      // Only the back-fill after a restart of the node reads this log; a full buffer must never hold the game up.
      LogConfig: {
        Type: 'local',
        Config: { 'max-size': '5m', 'max-file': '2', mode: 'non-blocking', 'max-buffer-size': '1m' },
      },
    },
  }
}

/** The root is read-only, so a home outside the data path would be of no use. */
function withHome(request: ContainerRequest): Readonly<Record<string, string>> {
  return { HOME: request.dataPath, ...request.environment }
}

function temporary(request: ContainerRequest): Record<string, string> {
  // Programs may run from here: Java unpacks native libraries into /tmp, and the data path allows it anyway.
  const options = (sizeMiB: number) => `rw,exec,nosuid,nodev,mode=1777,size=${sizeMiB * mib}`
  const places = new Map([['/tmp', options(request.purpose === 'install' ? 512 : 128)]])
  for (const { path, sizeMiB } of request.tmpfs) places.set(path, options(sizeMiB))
  return Object.fromEntries(places)
}
