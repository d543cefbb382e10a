// One sentence that survives a redirect. It travels in a sealed cookie: nobody else can put words on our pages.
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { PanelContext } from '#core/panel/context.ts'
import type { Shell } from '#views/models.ts'
import type { AppContext } from './types.ts'

type Flash = NonNullable<Shell['flash']>

const name = 'stellar-flash'
/** A redirect is followed at once; a sentence about something older would confuse. */
const maxAgeSeconds = 30

export function setFlash(c: AppContext, context: PanelContext, flash: Flash): void {
  setCookie(c, name, context.secrets.encrypt(`${flash.kind} ${flash.text}`), {
    httpOnly: true,
    secure: c.get('secure'),
    sameSite: 'Lax',
    path: '/',
    maxAge: maxAgeSeconds,
  })
}

export function takeFlash(c: AppContext, context: PanelContext): Flash | undefined {
  const sealed = getCookie(c, name)
  if (sealed === undefined) return undefined
  deleteCookie(c, name, { path: '/', secure: c.get('secure') })
  try {
    const [, kind, text] = /^(ok|bad) (.+)$/s.exec(context.secrets.decrypt(sealed)) ?? []
    return (kind === 'ok' || kind === 'bad') && text !== undefined ? { kind, text } : undefined
  } catch {
    return undefined
  }
}
