// One integer for the whole link. A change of a message adds a dated line and bumps it, and what the ends speak with one
// another is agreed at the hello: the newest version that both know. A node one release older works with a newer panel,
// which is proven with the recorded messages of fixtures/.
//
//   1  2026-11-22  first version
//   2  2026-11-28  the hello says the oldest version a node speaks, so that either end can tell who must be updated

const protocolVersion = 2
/** The oldest the other end may speak. */
const oldestProtocolVersion = 1
/** WebSocket subprotocol of the link. */
export const linkSubprotocol = 'stellar.v1'
/** ALPN name by which the link port tells nodes with a certificate from enrolment. */
export const linkAlpn = 'stellar-node/1'
/** SAN of the panel's link certificate, whatever address the panel has. */
export const linkServerName = 'panel.stellar.internal'

/** The versions one end of the link speaks. */
export interface Spoken {
  readonly oldest: number
  readonly newest: number
}

export const spoken: Spoken = { oldest: oldestProtocolVersion, newest: protocolVersion }

/** The newest version both ends speak, or which of them must be updated. */
export type Agreement = { readonly protocol: number } | { readonly update: 'node' | 'panel' }

export function agree(panel: Spoken, node: Spoken): Agreement {
  const protocol = Math.min(panel.newest, node.newest)
  if (protocol < panel.oldest) return { update: 'node' }
  if (protocol < node.oldest) return { update: 'panel' }
  return { protocol }
}

/** Why they cannot speak with one another; at most 123 bytes, as the reason of a close frame. */
export function disagreement(panel: Spoken, node: Spoken, update: 'node' | 'panel'): string {
  return `the panel speaks protocol ${range(panel)}, this node ${range(node)}: update the ${update}`
}

function range({ oldest, newest }: Spoken): string {
  return oldest === newest ? String(newest) : `${oldest} to ${newest}`
}
