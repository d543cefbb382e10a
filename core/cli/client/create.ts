// `stellar server create`: a draft for the API from options, and with --wait the installation until the game runs.
import { readFileSync } from 'node:fs'
import { messageOf } from '#core/base/errors.ts'
import { nearest } from '#core/base/nearest.ts'
import { exits, Refused, usage } from '#core/cli/exit.ts'
import { clean, remark, say, sayJson } from '#core/cli/output.ts'
import { cpu, disk, memory, pairs, whole } from './amounts.ts'
import type { Api } from './api.ts'
import { connect, type PanelChoice } from './connect.ts'
import { findNode } from './find.ts'
import { openProgress } from './install-progress.ts'
import type { Blueprint, Server } from './shapes.ts'
import { untilRunning, untilStopped, waitFor } from './wait.ts'

interface CreateValues extends PanelChoice {
  readonly blueprint?: string
  readonly node?: string
  readonly image?: string
  readonly set?: readonly string[]
  readonly 'set-file'?: readonly string[]
  readonly port?: readonly string[]
  readonly memory?: string
  readonly cpu?: string
  readonly disk?: string
  readonly 'no-start'?: boolean
  readonly wait?: boolean
  readonly timeout?: string
  readonly json?: boolean
}

export async function createServer([name = '']: readonly string[], values: CreateValues): Promise<number> {
  const { blueprint: blueprintId } = values
  if (blueprintId === undefined) throw usage('Which game? Add --blueprint NAME.', 'See `stellar blueprint list`.')
  const seconds = whole('timeout', values.timeout ?? '3600', 86_400)
  const limits = {
    ...(values.memory === undefined ? {} : { memoryMiB: memory(values.memory) }),
    ...(values.cpu === undefined ? {} : { cpuPercent: cpu(values.cpu) }),
    ...(values.disk === undefined ? {} : { diskGB: disk(values.disk) }),
  }
  const variables = { ...pairs('set', values.set), ...fromFiles(pairs('set-file', values['set-file'])) }
  const ports = Object.fromEntries(
    Object.entries(pairs('port', values.port)).map(([port, number]) => [port, whole('port', number, 65_535)]),
  )
  const api = connect(values)
  const created = await api.post<Server & { warnings: readonly string[] }>('/servers', {
    blueprintId: await knownBlueprint(api, blueprintId),
    name,
    ...(values.node === undefined ? {} : { nodeId: (await findNode(api, values.node)).id }),
    ...(values.image === undefined ? {} : { image: await imageOf(api, blueprintId, values.image) }),
    variables,
    ports,
    ...limits,
    startAfterInstall: !values['no-start'],
  })
  // Programs find them in the answer.
  if (!values.json) for (const warning of created.warnings) remark(clean(warning))
  if (!values.wait) {
    if (values.json) sayJson(created)
    else
      say(`${clean(created.name)} is being installed on ${clean(created.node.name)}; it will be at ${created.address}.`)
    return 0
  }
  const server = await installed(api, created, seconds, !values['no-start'])
  if (values.json) sayJson(server)
  else say(`${clean(server.name)} is ${server.state} at ${server.address}.`)
  return 0
}

async function installed(api: Api, created: Server, seconds: number, starts: boolean): Promise<Server> {
  using progress = openProgress(api, created.id)
  const judge = starts ? untilRunning() : untilStopped()
  return await waitFor(api, created.id, {
    seconds,
    judge: (server) => (server.state === 'installing' ? 'waiting' : judge(server)),
    onLook: async (server) => {
      if (server.state === 'installing') await progress.look()
      else if (server.state === 'install-failed') await progress.failed(server)
      else progress.say(server.state)
    },
  })
}

/** Asked before anything is made: the panel would refuse it too, but knows no nearest name. */
async function knownBlueprint(api: Api, id: string): Promise<string> {
  const all = await api.all<Blueprint>('/blueprints')
  if (all.some((known) => known.id === id)) return id
  const meant = nearest(
    id,
    all.map((known) => known.id),
  )
  throw new Refused(exits.notFound, 'blueprint-not-found', `This panel has no blueprint “${id}”.`, {
    hint: meant ? `Did you mean ${meant}?` : 'See `stellar blueprint list`.',
  })
}

/** By its label, as the wizard shows it, or the reference itself. */
async function imageOf(api: Api, blueprintId: string, typed: string): Promise<string> {
  const { images } = await api.get<Blueprint>(`/blueprints/${encodeURIComponent(blueprintId)}`)
  const found = images.find(({ label, image }) => image === typed || label.toLowerCase() === typed.toLowerCase())
  if (found) return found.image
  throw usage(`It has no image “${typed}”.`, `There are: ${images.map(({ label }) => clean(label)).join(', ')}.`)
}

/** For secrets: arguments can be seen by everybody on the machine. */
function fromFiles(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([name, file]) => {
      try {
        return [name, readFileSync(file, 'utf8').replace(/\r?\n$/, '')]
      } catch (error) {
        throw usage(`--set-file ${name}: ${file} cannot be read: ${messageOf(error)}.`)
      }
    }),
  )
}
