// Every DOM id that a push or a script aims at, once.
export const ids = {
  main: 'main',
  stream: 'stream',
  announce: 'announce',
  toasts: 'toasts',
  dialog: 'dialog',
  servers: 'servers',
  serverRow: (id: string) => `srv-${id}`,
  /** Mark, word and age in the row. */
  serverRowState: (id: string) => `srv-${id}-state`,
  serverRowLive: (id: string) => `srv-${id}-live`,
  serverRowPower: (id: string) => `srv-${id}-power`,
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
