// The catalogue itself: complete, readable, and honest about what this version does not use yet.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { describe as entryOf, isPermission, permissionGroups, permissionNames } from './catalogue.ts'

/** The names that were promised from the beginning. */
const seed =
  `server.view server.console server.console.send server.files.read server.files.write server.files.delete server.start
  server.stop server.restart server.kill server.delete server.settings server.subusers server.schedules server.backups
  server.databases node.view node.create node.delete node.settings user.view user.create user.delete user.suspend
  user.servers platform.settings platform.blueprints platform.billing`.split(/\s+/)

/** What other panels can grant, and the name it has here: nothing of theirs is missing. */
const elsewhere: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'StellarStack 1': {
    'control.start': 'server.start',
    'control.stop': 'server.stop',
    'control.restart': 'server.restart',
    'control.kill': 'server.kill',
    'console.read': 'server.console',
    'console.write': 'server.console.send',
    'files.read': 'server.files.read',
    'files.write': 'server.files.write',
    'files.create': 'server.files.create',
    'files.delete': 'server.files.delete',
    'files.archive': 'server.files.archive',
    'files.sftp': 'server.files.sftp',
    'backups.read': 'server.backups.view',
    'backups.create': 'server.backups.create',
    'backups.delete': 'server.backups.delete',
    'backups.restore': 'server.backups.restore',
    'backups.download': 'server.backups.download',
    'allocations.read': 'server.network.view',
    'allocations.create': 'server.network.create',
    'allocations.delete': 'server.network.delete',
    'allocations.update': 'server.network.update',
    'startup.read': 'server.startup.view',
    'startup.update': 'server.startup.update',
    'startup.docker-image': 'server.startup.image',
    'settings.read': 'server.view',
    'settings.rename': 'server.settings.rename',
    'settings.description': 'server.settings.description',
    'settings.reinstall': 'server.reinstall',
    'activity.read': 'server.activity',
    'schedules.read': 'server.schedules.view',
    'schedules.create': 'server.schedules.create',
    'schedules.update': 'server.schedules.update',
    'schedules.delete': 'server.schedules.delete',
    'users.read': 'server.subusers.view',
    'users.create': 'server.subusers.create',
    'users.update': 'server.subusers.update',
    'users.delete': 'server.subusers.delete',
    'database.read': 'server.databases.view',
    'database.create': 'server.databases.create',
    'database.delete': 'server.databases.delete',
    'database.view-password': 'server.databases.password',
    'split.read': 'server.split.view',
    'split.create': 'server.split.create',
    'split.delete': 'server.split.delete',
  },
  'Pterodactyl and Pelican': {
    'websocket.connect': 'server.view',
    'control.console': 'server.console.send',
    'file.read': 'server.files.list',
    'file.read-content': 'server.files.read',
    'file.update': 'server.files.write',
    'database.update': 'server.databases.update',
    'mount.read': 'server.mounts.view',
    'mount.update': 'server.mounts.update',
    'settings.change-icon': 'server.settings.icon',
  },
  'the rest': {
    'backups.lock': 'server.backups.lock',
    'schedules.execute': 'server.schedules.run',
    'startup.command': 'server.startup.command',
    'players.read': 'server.players.view',
    'players.manage': 'server.players.manage',
    'mods.manage': 'server.mods.manage',
    'webhooks.manage': 'server.webhooks',
    'firewall.manage': 'server.network.firewall',
    'subdomain.manage': 'server.network.subdomain',
    'metrics.read': 'server.metrics',
    'crashes.read': 'server.crashes',
    'transfer.start': 'server.transfer',
    'database.query': 'server.databases.query',
    'activity.read-ip': 'server.activity.addresses',
    'settings.timezone': 'server.settings.timezone',
    'users.impersonate': 'user.impersonate',
  },
}

describe('the catalogue', () => {
  test('has the names of the seed, word for word, and many more', () => {
    expect(seed).toHaveLength(28)
    expect(seed.filter((name) => !isPermission(name))).toEqual([])
    expect(permissionNames.length).toBeGreaterThan(80)
  })

  test.each(Object.entries(elsewhere))('can grant what %s can', (_, names) => {
    expect(Object.values(names).filter((name) => !isPermission(name))).toEqual([])
  })

  test.each(permissionNames)('%s is a name in parts, and reads as the end of “may …”', (name) => {
    expect(name).toMatch(/^[a-z]+(\.[a-z]+){1,2}$/)
    expect(entryOf(name).words).toMatch(/^[a-z]+\b.* .*[^.]$/)
  })

  test('holds together what is shown together: each group in one piece, in the order of the groups', () => {
    const order = permissionNames.map((name) => permissionGroups.indexOf(entryOf(name).group))
    expect(order).toEqual(order.toSorted((a, b) => a - b))
    expect(new Set(order).size).toBe(permissionGroups.length)
  })

  test('an umbrella has something beneath it, of its own group and no more dangerous than itself', () => {
    const weight = { low: 0, medium: 1, high: 2 }
    for (const name of permissionNames.filter((name) => entryOf(name).umbrella)) {
      const beneath = permissionNames.filter((other) => other.startsWith(`${name}.`)).map(entryOf)
      expect([name, beneath.length > 0]).toEqual([name, true])
      expect(new Set(beneath.map(({ group }) => group))).toEqual(new Set([entryOf(name).group]))
      expect([name, Math.max(...beneath.map(({ danger }) => weight[danger]))]).toEqual([
        name,
        weight[entryOf(name).danger],
      ])
    }
  })

  test('`later` stands exactly on what no route and no use case asks for', () => {
    const text = sources().join('\n')
    const asked = (name: string) => text.includes(`'${name}'`) || (name in power && text.includes(power[name] ?? ''))
    for (const name of permissionNames.filter((name) => !entryOf(name).umbrella)) {
      expect([name, entryOf(name).later ? 'later' : 'used']).toEqual([name, asked(name) ? 'used' : 'later'])
    }
  })

  test('no route and no use case asks for an umbrella: what is beneath would be refused', () => {
    const text = sources().join('\n')
    expect(permissionNames.filter((name) => entryOf(name).umbrella && text.includes(`'${name}'`))).toEqual([])
  })
})

/** Asked for by the action's own name. */
const power: Readonly<Record<string, string>> = {
  'server.start': '`server.${action}`',
  'server.stop': '`server.${action}`',
  'server.restart': '`server.${action}`',
  'server.kill': '`server.${action}`',
}

/** Everything that could ask: the panel and the built-in plugins, without tests. */
function sources(): string[] {
  return ['core/panel', 'plugins'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path))
      .map((path) => readFileSync(`${folder}/${path}`, 'utf8')),
  )
}
