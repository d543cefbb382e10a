// Every DOM id that a push or a script aims at, once.
import { urls } from './urls.ts'

export const ids = {
  main: 'main',
  stream: 'stream',
  announce: 'announce',
  toasts: 'toasts',
  dialog: 'dialog',
  servers: 'servers',
  /** State in the helm. */
  serverState: (id: string) => `state-${id}`,
  serverPower: (id: string) => `power-${id}`,
  /** Banners above the console: crash, hint, not ready, unreachable. */
  serverNotices: (id: string) => `notices-${id}`,
  /** The part of the server page that depends on whether it is installed. */
  serverInstall: (id: string) => `install-${id}`,
  serverTiles: (id: string) => `tiles-${id}`,
  railServers: 'rail-servers',
  nodeCard: (id: string) => `node-${id}`,
  nodeChecks: (id: string) => `node-${id}-checks`,
  setupMachine: 'setup-machine',
} as const

/** The row of a server by its link: with an id of their own, a hundred rows and their parts would weigh a tenth more. */
const link = (id: string): string => `#${ids.servers} [href="${urls.server({ id })}"]`

/** Selectors of a server's row in the list and of its live parts, for pushes. */
export const rows = {
  row: (id: string) => `#${ids.servers} li:has(>[href="${urls.server({ id })}"])`,
  state: (id: string) => `${link(id)}+p`,
  live: (id: string) => `${link(id)}~div`,
  power: (id: string) => `${link(id)}~form`,
} as const
