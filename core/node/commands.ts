// What the panel may ask of a node, each entry one call on the servers.
import type { NodeCommands } from './context.ts'
import type { Supervisor } from './servers/supervisor.ts'

export function nodeCommands(supervisor: Supervisor): NodeCommands {
  return {
    servers: () => supervisor.held(),
    status: () => supervisor.status(),
    apply: (server) => supervisor.apply(server),
    settings: (settings) => supervisor.settings(settings),
    write: ({ serverId, line, by }) => supervisor.server(serverId).write(line, by),
    read: ({ serverId, after, tail }) =>
      supervisor.server(serverId).console.read(after === undefined ? { tail } : { after, tail }),
    history: ({ serverId, before, limit }) => supervisor.server(serverId).console.history(before, limit),
    search: ({ serverId, query, limit }) => supervisor.server(serverId).console.search(query, limit),
  }
}
