// The activity of the whole panel as a page.
import { Hono } from 'hono'
import { z } from 'zod'
import type { PanelContext } from '#core/panel/context.ts'
import { actorOf } from '#core/panel/http/actor.ts'
import { queryValues } from '#core/panel/http/forms.ts'
import { page } from '#core/panel/http/render.tsx'
import type { App, AppEnv } from '#core/panel/http/types.ts'
import { ActivityPage, activityKinds } from '#views/pages/activity.tsx'
import { urls } from '#views/urls.ts'
import { listActivity } from './list.ts'

const entriesPerPage = 50

// An address with nonsense in it shows the page without that filter: it is a link, not a form to correct.
const filterSchema = z.object({
  q: z.string().trim().max(100).catch(''),
  kind: z.enum(activityKinds).catch(''),
  outcome: z.enum(['', 'done', 'refused', 'failed']).catch(''),
  before: z.coerce.number().pipe(z.int().positive()).optional().catch(undefined),
})

export function activityRoutes(context: PanelContext): App {
  return new Hono<AppEnv>().get(urls.activity.pattern, async (c) => {
    const { before, ...filter } = filterSchema.parse({ q: '', kind: '', outcome: '', ...queryValues(c) })
    const { entries, next } = await listActivity(context, actorOf(c), {
      ...filter,
      outcome: filter.outcome === '' ? undefined : filter.outcome,
      before,
      limit: entriesPerPage,
    })
    return await page(c, context, (shell) => (
      <ActivityPage shell={shell} entries={entries} filter={filter} nextCursor={next?.toString()} />
    ))
  })
}
