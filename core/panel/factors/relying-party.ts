// Under which name passkeys are made: the public address, or localhost. Browsers make none for bare IP addresses.
import type { PanelContext } from '#core/panel/context.ts'
import type { AppContext } from '#core/panel/http/types.ts'

export interface RelyingParty {
  readonly id: string
  readonly origin: string
}

/** Undefined: no passkeys at the address that this browser uses. */
export function relyingParty(c: AppContext, { config }: Pick<PanelContext, 'config'>): RelyingParty | undefined {
  if (config.url !== undefined) return named(new URL(config.url))
  // Without a public address the Host header says where we are; believed for localhost alone, where nobody else can be.
  const host = c.req.header('host') ?? new URL(c.req.url).host
  const url = URL.parse(`http://${host}`)
  return url?.hostname === 'localhost' ? named(url) : undefined
}

function named(url: URL): RelyingParty | undefined {
  // https everywhere, and http on localhost: what browsers call a secure context.
  const secure = url.protocol === 'https:' || url.hostname === 'localhost'
  const isAddress = /^[\d.]+$/.test(url.hostname) || url.hostname.startsWith('[')
  return secure && !isAddress ? { id: url.hostname, origin: url.origin } : undefined
}
