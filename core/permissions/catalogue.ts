// Every permission there is, in words. A route names one of these; nothing is allowed that is not in this list.

/** `own`: for one's own servers; `panel`: about the installation, the owner's alone; `self`: about one's own account. */
type Reach = 'own' | 'panel' | 'self'

export interface PermissionDescription {
  readonly reach: Reach
  /** Completes “may …”. */
  readonly words: string
}

export const permissions = {
  'server.read': { reach: 'own', words: 'see the server and its state' },
  'server.create': { reach: 'panel', words: 'create servers' },
  'server.power': { reach: 'own', words: 'start, stop, restart and kill the server' },
  'server.update': { reach: 'own', words: 'change settings and start-up of the server' },
  'server.install': { reach: 'own', words: 'install the server again' },
  'server.delete': { reach: 'own', words: 'delete the server' },
  'console.read': { reach: 'own', words: 'read the console' },
  'console.write': { reach: 'own', words: 'send commands to the console' },
  'server.activity': { reach: 'own', words: 'see what was done to the server' },
  'activity.read': { reach: 'panel', words: 'see the activity of the whole panel' },
  'node.read': { reach: 'panel', words: 'see nodes and what they offer' },
  'node.update': { reach: 'panel', words: 'change the settings of nodes' },
  'blueprint.read': { reach: 'self', words: 'see the blueprints' },
  'plugin.read': { reach: 'panel', words: 'see the plugins and why one failed' },
  'account.read': { reach: 'self', words: 'see one’s own account, sessions and keys' },
  'account.update': { reach: 'self', words: 'change one’s own account, sessions and keys' },
} as const satisfies Record<string, PermissionDescription>

export type Permission = keyof typeof permissions
