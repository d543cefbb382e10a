// The node of the panel's own machine: its row is made at the first start, and `stellar up` gets the token with which
// the node enrols itself over the same protocol as any other.
import { randomUUID } from 'node:crypto'
import { hostname, networkInterfaces } from 'node:os'
import type { PanelContext } from '#core/panel/context.ts'
import { createEnrolmentToken } from './enrol.ts'
import { insertNode, nameTaken, readLocalNode } from './store.ts'

/** Every port a game is known for; what is taken on the machine is not given out, and the lowest free one comes first. */
const localPorts = { portFrom: 2000, portTo: 65535 }

export interface LocalNode {
  readonly nodeId: string
  /** Undefined when it is enrolled already. */
  readonly token: string | undefined
}

/** `again`: the node lost its identity, e.g. its folder; it gets a token although it was enrolled. */
export async function ensureLocalNode({ database, config }: PanelContext, again = false): Promise<LocalNode> {
  return await database.withSystem(async (tx) => {
    const known = await readLocalNode(tx)
    const nodeId = known?.id ?? randomUUID()
    if (!known) {
      const name = hostname().slice(0, 50) || 'local'
      await insertNode(tx, {
        id: nodeId,
        name: (await nameTaken(tx, name)) ? `${name} ${nodeId.slice(0, 8)}` : name,
        isLocal: true,
        publicAddress: ownAddress(config.url),
        ...localPorts,
      })
    }
    const enrolled = known !== undefined && known.enrolledAt !== null
    return { nodeId, token: enrolled && !again ? undefined : await createEnrolmentToken(tx, nodeId) }
  })
}

/** Where players reach this machine: the panel's public name, else its address on the network. */
function ownAddress(url: string | undefined): string {
  return url === undefined ? outsideAddress() : new URL(url).hostname.replace(/^\[|\]$/g, '')
}

/** The first address of this machine that others can reach; a container network's is not. */
export function outsideAddress(): string {
  for (const [name, addresses = []] of Object.entries(networkInterfaces())) {
    if (/^(docker|br-|veth|virbr|cni|podman)/.test(name)) continue
    const outside = addresses.find(({ internal, family }) => !internal && family === 'IPv4')
    if (outside) return outside.address
  }
  return '127.0.0.1'
}
