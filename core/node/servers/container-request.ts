// From a server's plan to what a driver makes a container from.
import type { DesiredServer } from '#core/domain/plan.ts'
import { memoryWithOverhead } from '#core/domain/resources.ts'
import type { Owner } from '#core/node/files/beneath.ts'
import type { ContainerRequest } from '#core/plugins/contributions.ts'

/** Only root can give files away; any other user runs the games as itself, so that they can write to their files. */
export function userFor(run: DesiredServer['run']): Owner {
  const uid = process.getuid?.() ?? 0
  const gid = process.getgid?.() ?? 0
  return uid === 0 ? run.user : { uid, gid }
}

function common(server: DesiredServer, dataDirectory: string) {
  return {
    serverId: server.id,
    name: `stellar-${server.id}`,
    cpuPercent: server.run.cpuPercent,
    dataDirectory,
    dataPath: server.run.dataPath,
    user: userFor(server.run),
    tmpfs: server.run.tmpfs,
  }
}

export function runRequest(server: DesiredServer, dataDirectory: string): ContainerRequest {
  const { run } = server
  return {
    ...common(server, dataDirectory),
    purpose: 'run',
    image: run.image,
    command: run.command,
    environment: run.environment,
    ports: run.ports,
    memoryBytes: memoryWithOverhead(run.memoryBytes),
    workingDirectory: run.workingDirectory,
    tty: run.tty,
  }
}

/** The same isolation and user as the game; no ports, and memory of its own for unpacking. */
export function installRequest(
  server: DesiredServer,
  script: NonNullable<DesiredServer['install']['script']>,
  dataDirectory: string,
): ContainerRequest {
  return {
    ...common(server, dataDirectory),
    purpose: 'install',
    image: script.image,
    entrypoint: script.entrypoint,
    command: ['-c', script.script],
    environment: script.environment,
    ports: [],
    memoryBytes: memoryWithOverhead(script.memoryBytes),
    workingDirectory: server.run.dataPath,
    tty: false,
  }
}
