// Opens the plugins of one mode: each is set up by itself, what it contributes is checked whole and then applied, and
// one that fails takes nothing down.
import { nodeRegistry, panelRegistry } from './contributed.ts'
import { type OpenOptions, openAll } from './host.ts'
import { nodeKinds, panelKinds } from './kinds.ts'
import type { NodeRegistry, PanelRegistry } from './registry.ts'

export type { OpenOptions } from './host.ts'

/** The plugins as the panel sees them. Never rejects because of a plugin. */
export async function openPanelRegistry(options: OpenOptions): Promise<PanelRegistry> {
  return panelRegistry(await openAll('panel', panelKinds, options), options)
}

/** The plugins as a node sees them. Never rejects because of a plugin. */
export async function openNodeRegistry(options: OpenOptions): Promise<NodeRegistry> {
  return nodeRegistry(await openAll('node', nodeKinds, options), options)
}
