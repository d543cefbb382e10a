// The gate: which permission each route asks for, in one table, and the middleware that holds everybody to it. A
// route that is not in the table answers nobody.
import type { MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { ApiRoute } from '#core/panel/api/route.ts'
import { type Asked, demand } from '#core/permissions/can.ts'
import { urls } from '#views/urls.ts'
import { actorOf } from './actor.ts'
import type { AppEnv } from './types.ts'
import { whileImpersonating } from './while-impersonating.ts'

/** `public`: everybody; `signed-in`: whoever has a session or a key; several: whoever has any, the use case knows which. */
export type Access = 'public' | 'signed-in' | Asked
export type AccessTable = ReadonlyMap<string, Access>

type Methods = Partial<Record<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', Access>>

const anyPower = ['server.start', 'server.stop', 'server.restart', 'server.kill'] as const
const anyStartup = ['server.startup.update', 'server.startup.image'] as const
const anySetting = ['server.settings.rename', 'server.limits'] as const

const pages: readonly (readonly [{ readonly pattern: string }, Methods])[] = [
  [urls.health, { GET: 'public' }],
  [urls.ready, { GET: 'public' }],
  // Set-up checks its own token; once an owner exists it is closed.
  [urls.setup, { GET: 'public', POST: 'public' }],
  [urls.setupMachine, { GET: 'node.view' }],
  [urls.setupGame, { GET: 'server.create' }],
  [urls.signIn, { GET: 'public', POST: 'public' }],
  [urls.signInSecond, { GET: 'public', POST: 'public' }],
  [urls.signInPasskey, { POST: 'public' }],
  [urls.passkeyOptions, { POST: 'public' }],
  [urls.signInWith, { POST: 'public' }],
  // Checked by state and cookie: the provider sends the browser here.
  [urls.signInReturn, { GET: 'public' }],
  [urls.signOut, { POST: 'public' }],
  // Each checks its own link; what registers is checked against the settings.
  [urls.signUp, { GET: 'public', POST: 'public' }],
  [urls.join, { GET: 'public', POST: 'public' }],
  [urls.forgot, { GET: 'public', POST: 'public' }],
  [urls.reset, { GET: 'public', POST: 'public' }],
  [urls.recover, { GET: 'public', POST: 'public' }],
  [urls.verifyEmail, { GET: 'public', POST: 'public' }],
  [urls.changeEmail, { GET: 'public', POST: 'public' }],
  [urls.theme, { POST: 'public' }],
  [urls.home, { GET: 'signed-in' }],
  [urls.events, { GET: 'signed-in' }],

  [urls.account, { GET: 'account.view', POST: 'account.update' }],
  [urls.accountEmail, { POST: 'account.update' }],
  [urls.accountLook, { POST: 'account.update' }],
  [urls.accountExport, { POST: 'account.update' }],
  [urls.accountDelete, { GET: 'account.update', POST: 'account.update' }],
  [urls.accountKeys, { GET: 'account.view', POST: 'account.update' }],
  [urls.accountKey, { POST: 'account.update' }],
  [urls.accountSecurity, { GET: 'account.view' }],
  [urls.accountPassword, { POST: 'account.update' }],
  [urls.accountTotp, { GET: 'account.update', POST: 'account.update' }],
  [urls.accountTotpRemoval, { POST: 'account.update' }],
  [urls.accountRecoveryCodes, { POST: 'account.update' }],
  [urls.accountPasskeys, { POST: 'account.update' }],
  [urls.accountPasskeyOptions, { POST: 'account.update' }],
  [urls.accountPasskeyRemoval, { POST: 'account.update' }],
  [urls.accountLinks, { GET: 'account.view' }],
  [urls.accountLinkWith, { POST: 'account.update' }],
  [urls.accountLinkRemoval, { POST: 'account.update' }],
  [urls.accountProveWith, { POST: 'account.update' }],
  [urls.accountOtherSessions, { POST: 'account.update' }],
  [urls.accountSessions, { POST: 'account.update' }],

  [urls.servers, { GET: 'server.view', POST: 'server.create' }],
  [urls.newServer, { GET: 'server.create' }],
  [urls.configureServer, { GET: 'server.create', POST: 'server.create' }],
  [urls.reviewServer, { GET: 'server.create', POST: 'server.create' }],
  [urls.server, { GET: 'server.view' }],
  [urls.serverPower, { POST: anyPower }],
  [urls.serverCommand, { POST: 'server.console.send' }],
  // Sending through the socket asks for server.console.send with each command.
  [urls.serverConsole, { GET: 'server.console' }],
  [urls.serverHistory, { GET: 'server.console' }],
  [urls.serverSearch, { GET: 'server.console' }],
  [urls.serverStats, { GET: 'server.metrics' }],
  [urls.serverInstall, { GET: 'server.view', POST: 'server.reinstall' }],
  [urls.serverStartup, { GET: 'server.startup.view', POST: anyStartup }],
  [urls.serverActivity, { GET: 'server.activity' }],
  [urls.serverActivityExport, { POST: 'server.activity' }],
  [urls.serverSettings, { GET: 'server.view', POST: anySetting }],
  [urls.serverDelete, { GET: 'server.delete', POST: 'server.delete' }],
  [urls.serverSuspension, { POST: 'user.servers' }],
  [urls.serverOwner, { POST: 'user.servers' }],
  [urls.serverPeople, { GET: 'server.subusers.view', POST: 'server.subusers.update' }],
  [urls.serverInvite, { GET: 'server.subusers.create', POST: 'server.subusers.create' }],
  // Also for oneself, so that everybody can leave.
  [urls.serverPersonRemove, { POST: ['server.subusers.delete', 'server.view'] }],
  [urls.serverInvitation, { POST: ['server.subusers.create', 'server.subusers.delete'] }],
  // Whoever holds the link sees the offer; only somebody with an account can answer it.
  [urls.invitationLink, { GET: 'public' }],
  [urls.invitation, { GET: 'public', POST: 'signed-in' }],
  [urls.serverHint, { POST: 'server.startup.update' }],

  [urls.activity, { GET: 'platform.activity' }],
  [urls.activityExport, { POST: 'platform.activity' }],
  [urls.nodes, { GET: 'node.view' }],
  [urls.node, { GET: 'node.view' }],
  [urls.nodeSettings, { GET: 'node.view', POST: 'node.settings' }],
  [urls.nodePlace, { POST: 'location.manage' }],
  [urls.locations, { GET: 'location.view', POST: 'location.manage' }],
  [urls.location, { POST: 'location.manage' }],
  [urls.roles, { GET: 'role.view', POST: 'role.manage' }],
  [urls.newRole, { GET: 'role.manage' }],
  [urls.role, { GET: 'role.view', POST: 'role.manage' }],
  [urls.roleDelete, { POST: 'role.manage' }],
  [urls.roleGive, { POST: 'user.roles' }],
  [urls.roleTake, { POST: 'user.roles' }],
  [urls.nodeCheck, { POST: 'node.settings' }],
  [urls.blueprints, { GET: 'blueprint.view' }],
  [urls.blueprint, { GET: 'blueprint.view' }],
  [urls.plugins, { GET: 'platform.plugins' }],
  [urls.users, { GET: 'user.view', POST: 'user.create' }],
  [urls.newUser, { GET: 'user.create' }],
  [urls.user, { GET: 'user.view', POST: 'user.update' }],
  [urls.userSuspension, { POST: 'user.suspend' }],
  [urls.userResetLink, { POST: 'user.update' }],
  [urls.userImpersonation, { POST: 'user.impersonate' }],
  [urls.userDelete, { GET: 'user.delete', POST: 'user.delete' }],
  // Whoever looks through an account has that account's rights, which need not include anything.
  [urls.impersonationEnd, { POST: 'signed-in' }],
  [urls.invitations, { GET: 'user.create', POST: 'user.create' }],
  [urls.invitationAgain, { POST: 'user.create' }],
  [urls.invitationWithdrawal, { POST: 'user.create' }],
  [urls.settingsSignIn, { GET: 'platform.security', POST: 'platform.security' }],
  [urls.settingsProviders, { GET: 'platform.security' }],
  [urls.settingsNewProvider, { GET: 'platform.security', POST: 'platform.security' }],
  [urls.settingsProvider, { GET: 'platform.security', POST: 'platform.security' }],
  [urls.settingsProviderTest, { POST: 'platform.security' }],
  [urls.settingsProviderRemoval, { POST: 'platform.security' }],
  [urls.settingsActivity, { GET: 'platform.security', POST: 'platform.security' }],
  [urls.settingsMail, { GET: 'platform.settings', POST: 'platform.settings' }],
  [urls.settingsMailTest, { POST: 'platform.settings' }],
  [urls.openapi, { GET: 'signed-in' }],
]

/** The table of all routes: pages above, operations of the API and pages of plugins as each declares it. */
export function accessTable(
  apiRoutes: readonly ApiRoute[],
  others: readonly (readonly [method: string, pattern: string, access: Access])[] = [],
): AccessTable {
  const table = new Map<string, Access>()
  const declare = (method: string, pattern: string, access: Access) => {
    const key = `${method.toUpperCase()} ${pattern}`
    if (table.has(key)) throw new Error(`${key} is declared twice`)
    table.set(key, access)
  }
  for (const [url, methods] of pages) {
    for (const [method, access] of Object.entries(methods)) declare(method, url.pattern, access)
  }
  for (const { method, path, permission } of apiRoutes) declare(method, urls.api() + path, permission)
  for (const [method, pattern, access] of others) declare(method, pattern, access)
  return table
}

export function gate(table: AccessTable): MiddlewareHandler<AppEnv> {
  return async function gate(c, next) {
    // Handlers stand under their method, middleware under ALL. Nothing matched: the 404 page answers. An address may
    // match more than one, `/servers/new` also `/servers/:id`: it must pass for each of them.
    for (const { method, path } of matchedRoutes(c)) {
      if (method === 'ALL') continue
      const access = table.get(`${method} ${path}`)
      if (access === undefined) throw new Error(`${method} ${path} has no permission in access.ts`)
      if (access === 'public') continue
      const actor = actorOf(c)
      if (access === 'account.update' && actor.impersonatorId !== undefined) throw whileImpersonating()
      if (access !== 'signed-in') demand(actor, access)
    }
    await next()
  }
}
