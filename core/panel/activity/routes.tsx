// The activity of the whole panel and of one server as pages and files, and how long it is kept.
import { Hono } from 'hono'
import { z } from 'zod'
import { InvalidInput } from '#core/base/errors.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { actorOf } from '#core/panel/http/actor.ts'
import { formValues, parse, queryValues } from '#core/panel/http/forms.ts'
import { page, seeOther } from '#core/panel/http/render.tsx'
import type { App, AppContext, AppEnv } from '#core/panel/http/types.ts'
import { readDetail } from '#core/panel/servers/detail.ts'
import type { FieldErrors } from '#views/models.ts'
import { ActivityPage } from '#views/pages/activity.tsx'
import { ServerActivityPage } from '#views/pages/servers/activity.tsx'
import { ActivitySettingsPage } from '#views/pages/settings/activity.tsx'
import { urls } from '#views/urls.ts'
import { exportActivity, exportFormats } from './export.ts'
import { filterFrom } from './filter.ts'
import { type ActivityScope, listActivity, openActivity } from './list.ts'
import { changeRetention, showRetention } from './retention.ts'
import { retention } from './retention-store.ts'

const entriesPerPage = 50
const beforeSchema = z.coerce.number().pipe(z.int().positive()).optional().catch(undefined)
const formatSchema = z.object({ format: z.enum(exportFormats, 'One of csv and json.') })

export function activityRoutes(context: PanelContext): App {
  async function part(c: AppContext, scope: ActivityScope) {
    const values = queryValues(c)
    const filter = filterFrom(values)
    const before = beforeSchema.parse(values['before'])
    const { entries, next } = await listActivity(context, actorOf(c), scope, {
      ...filter,
      before,
      limit: entriesPerPage,
    })
    return { entries, filter, nextCursor: next?.toString() }
  }

  async function file(c: AppContext, serverId?: string) {
    const values = await formValues(c)
    const scope = await openActivity(context, actorOf(c), serverId)
    const { format } = parse(formatSchema, { format: values['format'] })
    return await exportActivity(context, actorOf(c), scope, filterFrom(values), format)
  }

  async function showSettings(c: AppContext, keepDays: string, errors: FieldErrors = {}) {
    const status = Object.keys(errors).length > 0 ? 422 : 200
    return await page(
      c,
      context,
      (shell) => <ActivitySettingsPage shell={shell} keepDays={keepDays} errors={errors} />,
      status,
    )
  }

  return new Hono<AppEnv>()
    .get(urls.activity.pattern, async (c) => {
      const shown = await part(c, await openActivity(context, actorOf(c)))
      return await page(c, context, (shell) => <ActivityPage shell={shell} {...shown} />)
    })
    .post(urls.activityExport.pattern, (c) => file(c))
    .get(urls.serverActivity.pattern, async (c) => {
      const scope = await openActivity(context, actorOf(c), c.req.param('id'))
      const { server } = await readDetail(context, actorOf(c), c.req.param('id'))
      const shown = await part(c, scope)
      return await page(c, context, (shell) => <ServerActivityPage shell={shell} server={server} {...shown} />)
    })
    .post(urls.serverActivityExport.pattern, (c) => file(c, c.req.param('id')))
    .get(urls.settingsActivity.pattern, async (c) => {
      const { keepDays } = await showRetention(context, actorOf(c))
      return await showSettings(c, String(keepDays))
    })
    .post(urls.settingsActivity.pattern, async (c) => {
      const { keepDays = '' } = await formValues(c)
      try {
        await changeRetention(
          context,
          actorOf(c),
          parse(retention, { keepDays: Number(keepDays.trim() || Number.NaN) }),
        )
      } catch (error) {
        if (!(error instanceof InvalidInput)) throw error
        return await showSettings(c, keepDays, error.fields)
      }
      return seeOther(c, context, urls.settingsActivity(), { kind: 'ok', text: 'Saved.' })
    })
}
