// A token for one console, for a program or page that has no session here: asked for through the API, used on its socket.
import { consoleTokenPrefix, issueConsoleToken, redeemConsoleToken } from '#core/auth/console-tokens.ts'
import { readHolders } from '#core/auth/rights.ts'
import { PublicError } from '#core/base/errors.ts'
import { readEntrant } from '#core/panel/accounts/store.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { refuseImpersonator } from '#core/panel/factors/proof.tsx'
import { panelUrl } from '#core/panel/http/links.ts'
import type { AppContext } from '#core/panel/http/types.ts'
import { visible } from '#core/panel/servers/change.ts'
import { can, demand } from '#core/permissions/can.ts'
import { urls } from '#views/urls.ts'

export interface ConsoleToken {
  readonly consoleToken: string
  /** Where its socket is dialled: consoles run through the panel, which knows at any time who may look. */
  readonly nodeHost: string
  readonly nodePort: number
  readonly url: string
  readonly expiresAt: string
  readonly permissions: { readonly canRead: boolean; readonly canWrite: boolean }
}

export async function consoleToken(
  c: AppContext,
  context: PanelContext,
  actor: Actor,
  serverId: string,
): Promise<ConsoleToken> {
  // What is done through it would stand in the log as the other person's alone.
  refuseImpersonator(c)
  const server = await visible(context, actor, serverId)
  demand(actor, 'server.console', server)
  if (!context.hub.connected(server.nodeId)) {
    throw new PublicError('node-unreachable', 'The node of this server cannot be reached now.', { status: 503 })
  }
  const [sessionId, keyId] = [c.get('sessionId'), c.get('keyId')]
  const asked = sessionId === undefined ? (keyId === undefined ? undefined : { keyId }) : { sessionId }
  if (!asked) throw new Error('a console token was asked for without a session or key')
  const permissions = { canRead: true, canWrite: can(actor, 'server.console.send', server) }
  const { token, expiresAt } = await issueConsoleToken(
    context,
    {
      userId: actor.userId,
      nodeId: server.nodeId,
      serverId,
      containerId: `stellar-${serverId}`,
      permissions,
      metadata: { username: actor.name, ip: actor.address ?? '' },
    },
    asked,
  )
  await context.database.withTenant(actor.userId, (tx) =>
    record(tx, actor, { action: 'server.console.token', server, meta: permissions }),
  )
  const base = new URL(panelUrl(context.config))
  const socket = new URL(`${urls.api()}/servers/${serverId}/console/live`, base)
  socket.protocol = base.protocol === 'https:' ? 'wss:' : 'ws:'
  return {
    consoleToken: token,
    nodeHost: base.hostname,
    nodePort: Number(base.port) || (base.protocol === 'https:' ? 443 : 80),
    url: socket.href,
    expiresAt,
    permissions,
  }
}

const livePath = new RegExp(`^${urls.api()}/servers/([0-9a-f-]{36})/console/live$`)

export const isConsoleToken = (bearer: string): boolean => bearer.startsWith(consoleTokenPrefix)

/** Uses the token up and says who it stands for; undefined anywhere but on its own server's socket. */
export async function actorOfToken(
  c: AppContext,
  context: Pick<PanelContext, 'database' | 'secrets' | 'now'>,
  token: string,
) {
  const [, serverId] = livePath.exec(c.req.path) ?? []
  // Looked at without a socket, e.g. by whoever tries it elsewhere, it is not used up.
  if (serverId === undefined || c.req.header('upgrade')?.toLowerCase() !== 'websocket') return undefined
  const opened = await redeemConsoleToken(context, token, serverId)
  if (!opened) return undefined
  const { userId, canWrite, sessionId, keyId } = opened
  const { holder, name } = await context.database.withSystem(async (tx) => ({
    holder: (await readHolders(tx, [userId])).get(userId),
    name: (await readEntrant(tx, userId))?.name,
  }))
  if (!holder || name === undefined) return undefined
  const grants = ['server.view', 'server.console', ...(canWrite ? ['server.console.send'] : [])]
  return {
    person: { ...holder, name, rights: { ...holder.rights, scope: { grants, serverIds: new Set([serverId]) } } },
    sessionId,
    keyId,
  }
}
