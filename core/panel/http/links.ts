// Addresses that leave the panel, in mails and links to hand out. They begin with the configured address: what somebody
// wrote into a Host header must never reach the mail of somebody else.

import type { PanelConfig } from '#core/panel/context.ts'
import { outsideAddress } from '#core/panel/nodes/local.ts'

/** STELLAR_URL, else where the panel listens. */
export function panelUrl({ url, host, port }: Pick<PanelConfig, 'url' | 'host' | 'port'>): string {
  return url ?? `http://${reachable(host)}:${port}`
}

/** An address that a person can type, for one that means “all of them”. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return outsideAddress()
  return host.includes(':') ? `[${host}]` : host
}
