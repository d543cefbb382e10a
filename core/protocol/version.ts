// One integer for the whole link. A change of a message adds a dated line and bumps it.
//
//   1  2026-11-22  first version

export const protocolVersion = 1
/** The oldest the other end may speak. */
export const oldestProtocolVersion = 1
/** WebSocket subprotocol of the link. */
export const linkSubprotocol = 'stellar.v1'
/** ALPN name by which the link port tells nodes with a certificate from enrolment. */
export const linkAlpn = 'stellar-node/1'
/** SAN of the panel's link certificate, whatever address the panel has. */
export const linkServerName = 'panel.stellar.internal'
