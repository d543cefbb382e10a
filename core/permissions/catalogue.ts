// Every permission there is, in words. A route names one of these; nothing is allowed that is not in this list. It
// drives the checks, the matrix of the pages, the documentation of the API and the tests.

/**
 * `server`: on one's own servers, on those one is a member of, and where a role says so; `node`: on nodes and what is
 * promised there, by a role, perhaps limited to some; `panel`: about the installation, by a role that is not limited;
 * `self`: about one's own account, everybody's.
 */
type Reach = 'server' | 'node' | 'panel' | 'self'

/** `low`: looks; `medium`: changes what can be changed back; `high`: destroys, spends, or gives power to others. */
type Danger = 'low' | 'medium' | 'high'

export interface PermissionDescription {
  /** Heading in the matrix. */
  readonly group: PermissionGroup
  readonly reach: Reach
  readonly danger: Danger
  /** Completes “may …”. */
  readonly words: string
  /** Covers every name beneath it: `server.backups` also `server.backups.create`. Routes ask for what is beneath. */
  readonly umbrella?: true
  /** No part of this version asks for it yet; catalogue.test.ts keeps this true. */
  readonly later?: true
}

export const permissionGroups = [
  'Overview',
  'Console',
  'Power',
  'Files',
  'Backups',
  'Schedules',
  'Databases',
  'Start-up',
  'Settings',
  'Network',
  'Players and mods',
  'People',
  'All servers',
  'Nodes',
  'Users',
  'Platform',
  'Account',
] as const
type PermissionGroup = (typeof permissionGroups)[number]

const low = { danger: 'low' } as const
const medium = { danger: 'medium' } as const
const high = { danger: 'high' } as const
const umbrella = { umbrella: true } as const
const later = { later: true } as const

const about = <G extends PermissionGroup, R extends Reach>(group: G, reach: R) => ({ group, reach }) as const
const overview = about('Overview', 'server')
const console = about('Console', 'server')
const power = about('Power', 'server')
const files = about('Files', 'server')
const backups = about('Backups', 'server')
const schedules = about('Schedules', 'server')
const databases = about('Databases', 'server')
const startup = about('Start-up', 'server')
const settings = about('Settings', 'server')
const network = about('Network', 'server')
const game = about('Players and mods', 'server')
const people = about('People', 'server')
const allServers = about('All servers', 'node')
const nodes = about('Nodes', 'node')
const places = about('Nodes', 'panel')
const users = about('Users', 'panel')
const platform = about('Platform', 'panel')
const account = about('Account', 'self')

export const permissions = {
  'server.view': { ...overview, ...low, words: 'see the server and its state' },
  'server.metrics': { ...overview, ...low, words: 'see how much the server uses, now and before' },
  'server.crashes': { ...overview, ...low, ...later, words: 'see when and how the server crashed' },
  'server.activity': { ...overview, ...low, words: 'see what was done to the server, and by whom' },
  'server.activity.addresses': { ...overview, ...medium, words: 'see from which addresses it was done' },

  'server.console': { ...console, ...low, words: 'read the console' },
  'server.console.send': { ...console, ...high, words: 'send commands to the console' },

  'server.start': { ...power, ...medium, words: 'start the server' },
  'server.stop': { ...power, ...medium, words: 'stop the server' },
  'server.restart': { ...power, ...medium, words: 'restart the server' },
  'server.kill': { ...power, ...high, words: 'kill the server without letting it save' },

  'server.files': { ...files, ...high, ...umbrella, words: 'do everything with files' },
  'server.files.list': { ...files, ...low, ...later, words: 'see the names of files and folders' },
  'server.files.read': { ...files, ...medium, ...later, words: 'open and download files' },
  'server.files.create': { ...files, ...medium, ...later, words: 'upload and create files and folders' },
  'server.files.write': { ...files, ...high, ...later, words: 'change, rename and move files' },
  'server.files.delete': { ...files, ...high, ...later, words: 'delete files and folders' },
  'server.files.archive': { ...files, ...medium, ...later, words: 'pack and unpack archives' },
  'server.files.sftp': { ...files, ...medium, ...later, words: 'use files through SFTP' },

  'server.backups': { ...backups, ...high, ...umbrella, words: 'do everything with backups' },
  'server.backups.view': { ...backups, ...low, ...later, words: 'see the backups' },
  'server.backups.create': { ...backups, ...medium, ...later, words: 'make backups' },
  'server.backups.restore': { ...backups, ...high, ...later, words: 'put a backup in place of the files' },
  'server.backups.download': { ...backups, ...medium, ...later, words: 'download backups' },
  'server.backups.lock': { ...backups, ...medium, ...later, words: 'lock and unlock backups' },
  'server.backups.delete': { ...backups, ...high, ...later, words: 'delete backups' },

  'server.schedules': { ...schedules, ...medium, ...umbrella, words: 'do everything with schedules' },
  'server.schedules.view': { ...schedules, ...low, ...later, words: 'see the schedules' },
  'server.schedules.create': { ...schedules, ...medium, ...later, words: 'make schedules' },
  'server.schedules.update': { ...schedules, ...medium, ...later, words: 'change schedules' },
  'server.schedules.run': { ...schedules, ...medium, ...later, words: 'run a schedule at once' },
  'server.schedules.delete': { ...schedules, ...medium, ...later, words: 'delete schedules' },

  'server.databases': { ...databases, ...high, ...umbrella, words: 'do everything with databases' },
  'server.databases.view': { ...databases, ...low, ...later, words: 'see the databases, without passwords' },
  'server.databases.password': { ...databases, ...high, ...later, words: 'see the passwords of databases' },
  'server.databases.create': { ...databases, ...medium, ...later, words: 'make databases' },
  'server.databases.update': { ...databases, ...medium, ...later, words: 'change databases and their passwords' },
  'server.databases.query': { ...databases, ...high, ...later, words: 'run queries in databases' },
  'server.databases.delete': { ...databases, ...high, ...later, words: 'delete databases with what is in them' },

  'server.startup': { ...startup, ...high, ...umbrella, words: 'do everything with the start-up' },
  'server.startup.view': { ...startup, ...low, words: 'see how the server starts' },
  'server.startup.update': { ...startup, ...medium, words: 'change the variables of the start-up' },
  'server.startup.image': { ...startup, ...medium, words: 'choose another image of the blueprint' },
  'server.startup.command': { ...startup, ...high, ...later, words: 'change the command that starts the server' },

  'server.settings': { ...settings, ...medium, ...umbrella, words: 'change all settings of the server' },
  'server.settings.rename': { ...settings, ...low, words: 'rename the server' },
  'server.settings.description': { ...settings, ...low, ...later, words: 'change the description of the server' },
  'server.settings.icon': { ...settings, ...low, ...later, words: 'change the icon of the server' },
  'server.settings.timezone': { ...settings, ...low, ...later, words: 'change the time zone of the server' },
  'server.settings.restarts': { ...settings, ...medium, ...later, words: 'choose what happens after a crash' },
  'server.reinstall': { ...settings, ...high, words: 'install the server again' },
  'server.webhooks': { ...settings, ...medium, ...later, words: 'manage the webhooks of the server' },
  'server.mounts': { ...settings, ...high, ...umbrella, words: 'do everything with mounts' },
  'server.mounts.view': { ...settings, ...low, ...later, words: 'see what is mounted into the server' },
  'server.mounts.update': { ...settings, ...high, ...later, words: 'choose what is mounted into the server' },
  'server.split': { ...settings, ...high, ...umbrella, words: 'do everything with parts of the server' },
  'server.split.view': { ...settings, ...low, ...later, words: 'see which servers were split off' },
  'server.split.create': { ...settings, ...high, ...later, words: 'split a server off from this one' },
  'server.split.delete': { ...settings, ...high, ...later, words: 'join what was split off' },
  'server.delete': { ...settings, ...high, words: 'delete the server with all its files' },

  'server.network': { ...network, ...medium, ...umbrella, words: 'do everything with the network' },
  'server.network.view': { ...network, ...low, ...later, words: 'see addresses and ports' },
  'server.network.create': { ...network, ...medium, ...later, words: 'add ports' },
  'server.network.update': { ...network, ...medium, ...later, words: 'change ports and choose the main one' },
  'server.network.delete': { ...network, ...medium, ...later, words: 'remove ports' },
  'server.network.firewall': { ...network, ...medium, ...later, words: 'choose who may reach the ports' },
  'server.network.subdomain': { ...network, ...medium, ...later, words: 'choose the host name of the server' },

  'server.players': { ...game, ...medium, ...umbrella, words: 'do everything with players' },
  'server.players.view': { ...game, ...low, ...later, words: 'see who plays' },
  'server.players.manage': { ...game, ...medium, ...later, words: 'kick, ban and allow players' },
  'server.mods': { ...game, ...high, ...umbrella, words: 'do everything with mods' },
  'server.mods.view': { ...game, ...low, ...later, words: 'see which mods are installed' },
  'server.mods.manage': { ...game, ...high, ...later, words: 'install, update and remove mods' },

  'server.subusers': { ...people, ...high, ...umbrella, words: 'do everything with the people of the server' },
  'server.subusers.view': { ...people, ...low, words: 'see who has access to the server' },
  'server.subusers.create': { ...people, ...high, words: 'invite people to the server' },
  'server.subusers.update': { ...people, ...high, words: 'change what people may do on the server' },
  'server.subusers.delete': { ...people, ...medium, words: 'take people’s access to the server away' },

  'server.create': { ...allServers, ...medium, words: 'create servers' },
  'server.limits': {
    ...allServers,
    ...medium,
    words: 'change limits of servers and what blueprints reserve for administrators',
  },
  'server.transfer': { ...allServers, ...high, ...later, words: 'move servers to another node' },

  'node.view': { ...nodes, ...low, words: 'see nodes and what they offer' },
  'node.create': { ...places, ...high, ...later, words: 'add nodes' },
  'node.settings': { ...nodes, ...high, words: 'change the settings of nodes' },
  'node.delete': { ...nodes, ...high, ...later, words: 'remove nodes' },
  'location.view': { ...places, ...low, words: 'see the locations of nodes' },
  'location.manage': { ...places, ...medium, words: 'make, change and delete locations' },

  'user.view': { ...users, ...low, words: 'see the users of this panel' },
  'user.create': { ...users, ...high, words: 'create and invite users' },
  'user.update': { ...users, ...high, words: 'change names, addresses and passwords of users' },
  'user.suspend': { ...users, ...high, words: 'suspend users' },
  'user.delete': { ...users, ...high, words: 'delete users' },
  'user.servers': { ...users, ...high, words: 'suspend servers and give them to other users' },
  'user.roles': { ...users, ...high, words: 'give roles to users and take them away' },
  'user.sessions': { ...users, ...medium, ...later, words: 'see the sessions of users and end them' },
  'user.impersonate': { ...users, ...high, words: 'look through the account of another user' },
  'role.view': { ...users, ...low, words: 'see roles and who has them' },
  'role.manage': { ...users, ...high, words: 'make, change and delete roles' },

  'platform.settings': { ...platform, ...high, words: 'change the settings of the panel' },
  'platform.security': { ...platform, ...high, words: 'change how people sign in' },
  'platform.blueprints': { ...platform, ...high, ...later, words: 'manage blueprints' },
  'platform.plugins': { ...platform, ...low, words: 'see the plugins and why one failed' },
  'platform.activity': { ...platform, ...medium, words: 'see the activity of the whole panel' },
  'platform.billing': { ...platform, ...high, ...later, words: 'access billing' },

  'blueprint.view': { ...account, ...low, words: 'see the blueprints' },
  'account.view': { ...account, ...low, words: 'see one’s own account, sessions and keys' },
  'account.update': { ...account, ...medium, words: 'change one’s own account, sessions and keys' },
} as const satisfies Record<string, PermissionDescription>

export type Permission = keyof typeof permissions

export const permissionNames = Object.keys(permissions) as readonly Permission[]

/** The same entries, for whoever reads any of them. */
export const describe = (name: Permission): PermissionDescription => permissions[name]

export const isPermission = (name: string): name is Permission => Object.hasOwn(permissions, name)
