// Pages and fragments as answers: the frame a signed-in person sees around a page, redirects with a sentence, and
// what tells a request of htmx from one of the browser.
import type { HtmlEscapedString } from 'hono/utils/html'
import type { PanelConfig, PanelContext } from '#core/panel/context.ts'
import { pluginPlaces } from '#core/panel/plugins/pages.ts'
import { mayAtAll } from '#core/permissions/may.ts'
import type { Stage } from '#views/layouts/bare.tsx'
import type { Shell } from '#views/models.ts'
import { actorOf } from './actor.ts'
import { answerText } from './answer.ts'
import { setFlash, takeFlash } from './flash.ts'
import { shellCounts } from './shell-store.ts'
import type { AppContext } from './types.ts'

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

type Status = 200 | 201 | 202 | 400 | 401 | 403 | 404 | 409 | 410 | 413 | 422 | 429 | 500 | 503

/** A whole page for a signed-in person; boosted navigation gets the same and htmx takes the part it wants. */
export async function page(
  c: AppContext,
  context: PanelContext,
  draw: (shell: Shell) => Html,
  status: Status = 200,
): Promise<Response> {
  return html(c, draw(await shellFor(c, context)), status)
}

/** A part of a page, or a page without the frame. */
export async function html(c: AppContext, node: Html, status: Status = 200): Promise<Response> {
  return await answerText(c, String(await node), 'text/html; charset=UTF-8', status)
}

/** The page frame's values. One round trip to the database. */
export async function shellFor(c: AppContext, context: PanelContext): Promise<Shell> {
  const actor = actorOf(c)
  return {
    user: { id: actor.userId, name: actor.name, email: c.get('email'), isOwner: actor.isOwner },
    may: mayAtAll(actor),
    theme: c.get('theme'),
    locale: c.get('locale'),
    impersonated: actor.impersonatorId !== undefined,
    instance: instanceName(context.config),
    path: c.req.path,
    counts: await shellCounts(context, actor),
    pluginPages: pluginPlaces(context, actor),
    flash: takeFlash(c, context),
    version: context.version,
  }
}

/** What pages outside the frame know: sign-in and set-up. */
export function stageFor(c: AppContext, context: PanelContext): Stage {
  return { instance: instanceName(context.config), version: context.version, theme: c.get('theme') }
}

/** What the panel calls itself: the host of its public address. */
export function instanceName({ url }: Pick<PanelConfig, 'url'>): string {
  return url === undefined ? 'Stellar' : new URL(url).host
}

/** After a form: 303 to a page of ours, which shows the sentence once. htmx follows it like a browser. */
export function seeOther(c: AppContext, context: PanelContext, path: string, flash?: Shell['flash']): Response {
  if (flash) setFlash(c, context, flash)
  return c.redirect(path, 303)
}

/** True when htmx asks for a part of a page; boosted navigation asks for a whole one. */
export function wantsFragment(c: AppContext): boolean {
  return c.req.header('hx-request') === 'true' && c.req.header('hx-request-type') === 'partial'
}
