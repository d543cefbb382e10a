// Servers from the command line: what there is, power, and the end of one.
import { ask } from '#core/cli/ask.ts'
import { exits, Refused, usage } from '#core/cli/exit.ts'
import { clean, say, sayFacts, sayJson, sayTable } from '#core/cli/output.ts'
import { formatBytes } from '#core/domain/resources.ts'
import type { PowerAction } from '#core/domain/server.ts'
import { whole } from './amounts.ts'
import { connect, type PanelChoice } from './connect.ts'
import { findServer } from './find.ts'
import { exitWords, memoryOf, percent, stateCell } from './look.ts'
import type { ListedServer, Server } from './shapes.ts'
import { untilRunning, untilStopped, waitFor } from './wait.ts'

interface Common extends PanelChoice {
  readonly json?: boolean
}

export async function listServers(
  values: Common & { readonly state?: string; readonly search?: string },
): Promise<number> {
  const api = connect(values)
  const query = new URLSearchParams({
    ...(values.state === undefined ? {} : { state: values.state }),
    ...(values.search === undefined ? {} : { q: values.search }),
  })
  const servers = await api.all<ListedServer>(`/servers${query.size > 0 ? `?${query}` : ''}`)
  if (values.json) sayJson({ data: servers, next: null })
  else if (servers.length === 0) {
    say(query.size > 0 ? 'No server is like that.' : 'There are no servers yet. `stellar server create` makes one.')
  } else {
    sayTable(
      ['NAME', 'STATE', 'GAME', 'ADDRESS', 'CPU', 'MEMORY', 'PLAYERS'],
      servers.map((server) => [
        server.name,
        stateCell(server),
        server.blueprintId,
        server.address,
        percent(server.stats?.cpuPercent),
        memoryOf(server.stats, server.memoryBytes),
        String(server.stats?.players ?? '–'),
      ]),
    )
  }
  return 0
}

export async function showServer([typed = '']: readonly string[], values: Common): Promise<number> {
  const api = connect(values)
  const { id } = await findServer(api, typed)
  const server = await api.get<Server>(`/servers/${id}`)
  if (values.json) {
    sayJson(server)
    return 0
  }
  const { stats, limits, ports, variables = {} } = server
  sayFacts([
    ['Name', server.name],
    ['Id', server.id],
    ['State', stateCell(server)],
    ['Since', server.since],
    ['Suspended', server.suspended?.reason],
    ['Reason', server.reason ?? undefined],
    ['Hint', server.hint ? `${server.hint.title} ${server.hint.advice}` : undefined],
    ['Last end', exitWords(server)],
    ['Restarts', server.restarts > 0 ? String(server.restarts) : undefined],
    ['Game', server.blueprint.name],
    ['Image', server.image],
    ['Node', `${server.node.name}${server.node.connected ? '' : ' (away)'}`],
    ['Owner', server.owner.name],
    ['Address', server.address],
    [
      'Ports',
      ports
        .map(({ name, port, protocol }) => `${name} ${port}/${protocol === 'both' ? 'tcp+udp' : protocol}`)
        .join(', '),
    ],
    ['CPU', `${percent(stats?.cpuPercent)} of ${limits.cpuPercent} %`],
    ['Memory', memoryOf(stats, limits.memoryBytes)],
    [
      'Disk',
      `${typeof stats?.diskBytes === 'number' ? formatBytes(stats.diskBytes) : '–'} of ${formatBytes(limits.diskBytes)}`,
    ],
    ['Players', typeof stats?.players === 'number' ? `${stats.players} of ${stats.capacity ?? '?'}` : undefined],
    ...Object.entries(variables).map(([name, value]) => [name, value] as const),
  ])
  return 0
}

interface PowerValues extends Common {
  readonly wait?: boolean
  readonly timeout?: string
}

/** One after the other; what one refuses does not keep the others from it. */
export async function powerServers(
  action: PowerAction,
  typed: readonly string[],
  values: PowerValues,
): Promise<number> {
  const api = connect(values)
  const seconds = whole('timeout', values.timeout ?? '300', 86_400)
  const done: Server[] = []
  const refused: unknown[] = []
  for (const name of typed) {
    try {
      const { id } = await findServer(api, name)
      const before = await api.get<Server>(`/servers/${id}`)
      const asked = await api.post<Server>(`/servers/${id}/power`, { action })
      const up = action === 'start' || action === 'restart'
      const judge = up ? untilRunning(action === 'restart' ? before : undefined) : untilStopped()
      const server = values.wait ? await waitFor(api, id, { seconds, judge }) : asked
      done.push(server)
      if (!values.json) say(`${clean(server.name)} ${values.wait ? `is ${server.state}` : words[action]}.`)
    } catch (error) {
      if (typed.length === 1) throw error
      refused.push(error)
      if (!(error instanceof Refused)) throw error
      process.stderr.write(`stellar: ${name}: ${error.message}${error.hint ? ` ${error.hint}` : ''}\n`)
    }
  }
  if (values.json) sayJson({ data: done, next: null })
  const [first] = refused
  return first instanceof Refused ? first.exit : 0
}

const words: Readonly<Record<PowerAction, string>> = {
  start: 'is told to start',
  stop: 'is told to stop',
  restart: 'is told to restart',
  kill: 'is being killed',
}

export async function deleteServer(
  [typed = '']: readonly string[],
  values: Common & { readonly yes?: boolean },
): Promise<number> {
  const api = connect(values)
  const { id, name } = await findServer(api, typed)
  if (!values.yes) {
    const answer = await ask(`This deletes ${clean(name)} with all its files, for good. Type its name to go on: `)
    if (answer === undefined) throw usage('Nobody can be asked here whether to delete it.', 'Add --yes.')
    if (answer !== name) throw new Refused(exits.failed, 'not-confirmed', 'That is not its name; nothing was deleted.')
  }
  const answer = await api.delete(`/servers/${id}?name=${encodeURIComponent(name)}`)
  if (values.json) sayJson(answer)
  else say(`${clean(name)} is being deleted.`)
  return 0
}
