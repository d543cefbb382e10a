// Every address of the panel once: `urls.server.pattern` for routes, `urls.server({ id })` for links. A missing or
// misspelt parameter is a compile error at both ends.

type Params<Pattern extends string> = Pattern extends `${string}:${infer Name}/${infer Rest}`
  ? { readonly [K in Name]: string } & Params<`/${Rest}`>
  : Pattern extends `${string}:${infer Name}`
    ? { readonly [K in Name]: string }
    : unknown

interface Url<Pattern extends string> {
  (...params: unknown extends Params<Pattern> ? [] : [Params<Pattern>]): string
  readonly pattern: Pattern
}

function url<const Pattern extends string>(pattern: Pattern): Url<Pattern> {
  // Every second part is the name of a parameter. Split once: a list of servers fills some hundred.
  const parts = pattern.split(/:(\w+)/)
  const fill = (params: Record<string, string> = {}): string =>
    parts.map((part, index) => (index % 2 === 0 ? part : encodeURIComponent(params[part] ?? ''))).join('')
  return Object.assign(fill, { pattern }) as unknown as Url<Pattern>
}

export const urls = {
  home: url('/'),
  health: url('/health'),
  ready: url('/ready'),
  events: url('/events'),
  setup: url('/setup'),
  setupMachine: url('/setup/machine'),
  setupGame: url('/setup/game'),
  signIn: url('/sign-in'),
  signInSecond: url('/sign-in/second'),
  signInPasskey: url('/sign-in/passkey'),
  passkeyOptions: url('/sign-in/passkey/options'),
  signInWith: url('/sign-in/with/:providerId'),
  signInReturn: url('/sign-in/with/:providerId/return'),
  signOut: url('/sign-out'),
  signUp: url('/sign-up'),
  join: url('/join'),
  forgot: url('/forgot-password'),
  reset: url('/reset-password'),
  recover: url('/recover'),
  verifyEmail: url('/verify-email'),
  changeEmail: url('/change-email'),
  theme: url('/theme'),
  account: url('/account'),
  accountEmail: url('/account/email'),
  accountLook: url('/account/look'),
  accountExport: url('/account/export'),
  accountDelete: url('/account/delete'),
  accountKeys: url('/account/keys'),
  accountKey: url('/account/keys/:keyId'),
  accountSecurity: url('/account/security'),
  accountPassword: url('/account/security/password'),
  accountTotp: url('/account/security/totp'),
  accountTotpRemoval: url('/account/security/totp/removal'),
  accountRecoveryCodes: url('/account/security/recovery-codes'),
  accountPasskeys: url('/account/security/passkeys'),
  accountPasskeyOptions: url('/account/security/passkeys/options'),
  accountPasskeyRemoval: url('/account/security/passkeys/:passkeyId/removal'),
  accountLinks: url('/account/links'),
  accountLinkWith: url('/account/links/with/:providerId'),
  accountLinkRemoval: url('/account/links/:identityId/removal'),
  accountProveWith: url('/account/prove/with/:providerId'),
  accountOtherSessions: url('/account/sessions'),
  accountSessions: url('/account/sessions/:sessionId'),

  servers: url('/servers'),
  newServer: url('/servers/new'),
  configureServer: url('/servers/new/:blueprintId'),
  reviewServer: url('/servers/new/:blueprintId/review'),
  server: url('/servers/:id'),
  serverPower: url('/servers/:id/power'),
  serverCommand: url('/servers/:id/command'),
  serverConsole: url('/servers/:id/console'),
  serverHistory: url('/servers/:id/console/history'),
  serverSearch: url('/servers/:id/console/search'),
  serverStats: url('/servers/:id/stats'),
  serverInstall: url('/servers/:id/install'),
  serverStartup: url('/servers/:id/startup'),
  serverActivity: url('/servers/:id/activity'),
  serverActivityExport: url('/servers/:id/activity/export'),
  serverSettings: url('/servers/:id/settings'),
  serverDelete: url('/servers/:id/delete'),
  serverSuspension: url('/servers/:id/suspension'),
  serverOwner: url('/servers/:id/owner'),
  serverHint: url('/servers/:id/hint'),
  serverPeople: url('/servers/:id/people'),
  serverInvite: url('/servers/:id/people/invite'),
  serverPersonRemove: url('/servers/:id/people/:userId/remove'),
  serverInvitation: url('/servers/:id/invitations/:invitationId'),
  invitationLink: url('/invitation/:token'),
  invitation: url('/invitation'),

  activity: url('/activity'),
  activityExport: url('/activity/export'),
  nodes: url('/nodes'),
  node: url('/nodes/:nodeId'),
  nodeSettings: url('/nodes/:nodeId/settings'),
  nodeCheck: url('/nodes/:nodeId/check'),
  nodePlace: url('/nodes/:nodeId/location'),
  locations: url('/locations'),
  location: url('/locations/:locationId'),
  roles: url('/roles'),
  newRole: url('/roles/new'),
  role: url('/roles/:roleId'),
  roleDelete: url('/roles/:roleId/delete'),
  roleGive: url('/roles/:roleId/people'),
  roleTake: url('/roles/:roleId/people/:userId/take'),
  blueprints: url('/blueprints'),
  blueprint: url('/blueprints/:blueprintId'),
  plugins: url('/plugins'),
  users: url('/users'),
  newUser: url('/users/new'),
  impersonationEnd: url('/users/impersonation/end'),
  user: url('/users/:userId'),
  userSuspension: url('/users/:userId/suspension'),
  userResetLink: url('/users/:userId/reset-link'),
  userImpersonation: url('/users/:userId/impersonation'),
  userDelete: url('/users/:userId/delete'),
  invitations: url('/invitations'),
  invitationAgain: url('/invitations/:invitationId/again'),
  invitationWithdrawal: url('/invitations/:invitationId/withdrawal'),
  settingsSignIn: url('/settings/sign-in'),
  settingsProviders: url('/settings/providers'),
  settingsNewProvider: url('/settings/providers/new/:kind'),
  settingsProvider: url('/settings/providers/:providerId'),
  settingsProviderTest: url('/settings/providers/:providerId/test'),
  settingsProviderRemoval: url('/settings/providers/:providerId/removal'),
  settingsActivity: url('/settings/activity'),
  settingsMail: url('/settings/mail'),
  settingsMailTest: url('/settings/mail/test'),

  api: url('/api/v1'),
  openapi: url('/api/v1/openapi.json'),
} as const

/** Address of a static file; the version makes it safe to cache for ever. */
export const asset = (path: string, version: string): string =>
  // `0.1.0+ba8e1924`: what follows the plus says it all.
  `/static/${path}?v=${encodeURIComponent(version.slice(version.indexOf('+') + 1))}`
