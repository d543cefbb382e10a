// `stellar node`: runs game servers for a panel that is elsewhere, or, supervised by `stellar up`, beside it.
import { once } from 'node:events'
import { join } from 'node:path'
import { PublicError } from '#core/base/errors.ts'
import { growSlowly, settle } from '#core/base/heap.ts'
import { version } from '#core/base/version.ts'
import { collectPlugins } from '#core/config/collect-plugins.ts'
import { enrol } from '#core/node/enrol.ts'
import { readIdentity } from '#core/node/identity.ts'
import { startNode } from '#core/node/main.ts'
import { openNodeRegistry } from '#core/plugins/open.ts'
import { prepareDataFolder } from './data-folder.ts'
import type { Orders } from './node-child.ts'
import { say } from './output.ts'
import { readSettings } from './settings.ts'
import { endWithin, untilTold } from './until-told.ts'

/** The parent sends its orders at once; without them something else started this with `--supervised`. */
const ordersDeadlineMs = 10_000

export interface NodeValues {
  readonly panel?: string
  readonly token?: string
  readonly supervised?: boolean
}

export async function node({ panel, token: typed, supervised = false }: NodeValues): Promise<number> {
  const told = untilTold({ withParent: supervised })
  const { environment, plugins, log } = await readSettings({ plugins: true })
  prepareDataFolder(environment.dataDirectory)
  const orders: Orders = supervised ? await ordersOfParent() : { link: panel ?? '', token: typed ?? environment.token }
  const directory = join(environment.dataDirectory, 'node')
  if (orders.token && (supervised || !readIdentity(directory))) {
    if (!orders.link)
      throw new PublicError('usage', 'An enrolment token needs the panel’s address too.', {
        hint: 'Add --panel HOST:PORT; the panel shows the whole command.',
      })
    const { nodeId } = await enrol({ url: `https://${orders.link}`, token: orders.token, directory, version })
    log.info('Enrolled', { nodeId })
  }
  const registry = await openNodeRegistry({
    plugins: await collectPlugins(plugins, environment.dataDirectory, log),
    log,
  })
  const running = await startNode({
    log,
    dataDirectory: environment.dataDirectory,
    registry,
    version,
    ...(orders.link && { panel: address(orders.link) }),
  })
  growSlowly()
  settle()
  if (!supervised) say('The node is running. Ctrl-C stops it; game servers run on.')
  await told
  await endWithin(10, running)
  if (supervised && process.connected) process.disconnect()
  return 0
}

async function ordersOfParent(): Promise<Orders> {
  const [orders] = (await once(process, 'message', { signal: AbortSignal.timeout(ordersDeadlineMs) })) as [Orders]
  return orders
}

function address(link: string): { host: string; linkPort: number } {
  const url = URL.parse(`https://${link}`)
  if (!url?.port && !link.endsWith(':443'))
    throw new PublicError('usage', `--panel must be HOST:PORT, the address of the panel’s link; it is “${link}”.`)
  return { host: url?.hostname ?? '', linkPort: Number(url?.port || 443) }
}
