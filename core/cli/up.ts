// `stellar up`: the panel in this process and a node beside it, which dials in over the same link as any other.
import { join } from 'node:path'
import { readIdentity } from '#core/node/identity.ts'
import { offerDocker } from '#core/up/offer-docker.ts'
import { startNodeChild } from './node-child.ts'
import { say } from './output.ts'
import { greeting, runPanel } from './run-panel.ts'
import { readSettings } from './settings.ts'
import { endWithin, untilTold } from './until-told.ts'

export async function up(): Promise<number> {
  const settings = await readSettings({ plugins: true })
  const { environment, log } = settings
  await offerDocker(say, environment.installDocker)
  const told = untilTold()
  const panel = await runPanel(settings)
  const nodeDirectory = join(environment.dataDirectory, 'node')
  const node = startNodeChild({
    log,
    link: `${loopback(environment.linkHost)}:${panel.linkPort}`,
    token: async () => {
      const local = await panel.localNode()
      // Another panel's node, or none: this panel enrols it anew.
      if (readIdentity(nodeDirectory)?.nodeId === local.nodeId) return undefined
      return local.token ?? (await panel.localNode({ again: true })).token
    },
  })
  say(greeting(panel, environment.dataDirectory))
  const why = await told
  log.info('Stopping', { why })
  try {
    await node[Symbol.asyncDispose]()
  } finally {
    await endWithin(25, panel)
  }
  return 0
}

/** Where the node dials: a link that listens everywhere is reached on loopback. */
function loopback(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
