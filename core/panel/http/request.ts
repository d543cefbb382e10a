// The first thing that happens to a request: an id, a log that carries it, and where it came from.
import { randomUUID } from 'node:crypto'
import { isIP } from 'node:net'
import type { MiddlewareHandler } from 'hono'
import { type AddressList, addressList } from '#core/base/address-list.ts'
import { messageOf, PublicError } from '#core/base/errors.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { themeOf } from './cookies.ts'
import type { AppContext, AppEnv } from './types.ts'

export function requestScope({ config, log }: PanelContext): MiddlewareHandler<AppEnv> {
  const proxies = trusted(config.trustedProxies)
  const publicIsHttps = config.url?.startsWith('https:') ?? false
  return async function requestScope(c, next) {
    const requestId = randomUUID().slice(-12)
    const peer = plainAddress(c.env?.incoming?.socket?.remoteAddress)
    const behindProxy = peer !== undefined && proxies.includes(peer)
    c.set('requestId', requestId)
    c.set('log', log.with({ requestId }))
    c.set('address', behindProxy ? forwardedFor(c, proxies, peer) : peer)
    c.set('secure', publicIsHttps || (behindProxy && c.req.header('x-forwarded-proto') === 'https'))
    c.set('actor', undefined)
    c.set('sessionId', undefined)
    c.set('keyId', undefined)
    c.set('provedAt', undefined)
    c.set('impersonatorId', undefined)
    c.set('mustAddFactor', false)
    c.set('email', '')
    c.set('locale', {})
    c.set('theme', themeOf(c))
    c.header('X-Request-Id', requestId)
    await next()
  }
}

function trusted(proxies: readonly string[]): AddressList {
  try {
    return addressList(proxies)
  } catch (cause) {
    throw new PublicError('bad-setting', `A trusted proxy is an address or a network: ${messageOf(cause)}.`, { cause })
  }
}

/**
 * The nearest address that is not one of our proxies. Read from the right: everything left of the first stranger was
 * written by that stranger.
 */
function forwardedFor(c: AppContext, proxies: AddressList, peer: string): string {
  const hops = (c.req.header('x-forwarded-for') ?? '').split(',').map((hop) => plainAddress(hop.trim()))
  for (const hop of hops.toReversed()) {
    if (hop === undefined || hop === '') return peer
    // What is no address was not written by a proxy of ours.
    if (isIP(hop) === 0) return peer
    if (!proxies.includes(hop)) return hop
  }
  return peer
}

/** IPv4 as IPv4, also on a socket that speaks both. */
function plainAddress(address: string | undefined): string | undefined {
  return address?.startsWith('::ffff:') ? address.slice(7) : address
}
