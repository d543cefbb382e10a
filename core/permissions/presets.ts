// What people are given on a server of somebody else, in three sizes. Umbrellas, so that what a later version adds
// beneath them comes along.
import { describe, type Permission, permissionNames } from './catalogue.ts'
import { covered } from './grants.ts'

const viewer = [
  'server.view',
  'server.metrics',
  'server.crashes',
  'server.console',
  'server.files.list',
  'server.backups.view',
  'server.schedules.view',
  'server.startup.view',
  'server.network.view',
  'server.players.view',
  'server.mods.view',
] as const

const operator = [
  ...viewer.filter((name) => name !== 'server.players.view'),
  'server.activity',
  'server.console.send',
  'server.start',
  'server.stop',
  'server.restart',
  'server.files.read',
  'server.backups.create',
  'server.schedules.run',
  'server.players',
] as const

const manager = [
  'server.view',
  'server.metrics',
  'server.crashes',
  'server.activity',
  'server.console',
  'server.console.send',
  'server.start',
  'server.stop',
  'server.restart',
  'server.kill',
  'server.files',
  'server.backups',
  'server.schedules',
  'server.databases',
  'server.startup',
  'server.settings',
  'server.reinstall',
  'server.webhooks',
  'server.network',
  'server.players',
  'server.mods',
  'server.subusers',
] as const

export interface ServerPreset {
  readonly id: 'viewer' | 'operator' | 'manager'
  readonly name: string
  readonly words: string
  readonly grants: readonly Permission[]
}

export const serverPresets: readonly ServerPreset[] = [
  { id: 'viewer', name: 'Viewer', words: 'sees everything, changes nothing', grants: viewer },
  { id: 'operator', name: 'Operator', words: 'console, power and players', grants: operator },
  { id: 'manager', name: 'Manager', words: 'everything but deleting the server', grants: manager },
]

/** What can be ticked one by one on a server: no umbrellas. */
export const serverLeaves: readonly Permission[] = permissionNames.filter(
  (name) => describe(name).reach === 'server' && !describe(name).umbrella,
)

export const leavesOf = (grants: readonly string[]): Permission[] =>
  serverLeaves.filter((name) => covered(grants, name))

/** The preset that grants exactly this; undefined: somebody's own choice. */
export function presetOf(grants: readonly string[]): ServerPreset | undefined {
  const leaves = leavesOf(grants).join()
  return serverPresets.find((preset) => leavesOf(preset.grants).join() === leaves)
}

/** What is stored for what was ticked: a preset by its umbrellas, anything else by its names; always with the view. */
export function grantsFor(leaves: readonly string[]): string[] {
  const wanted = leavesOf([...leaves, 'server.view'])
  return [...(presetOf(wanted)?.grants ?? wanted)]
}
