// The plugins page, and the pages that plugins contribute: `/plugins/<plugin><path>`. Session, CSRF and permission are
// checked by the gate before a plugin is called.
import { Hono } from 'hono'
import { raw } from 'hono/html'
import { PublicError } from '#core/base/errors.ts'
import type { PanelContext } from '#core/panel/context.ts'
import type { Access } from '#core/panel/http/access.ts'
import { page } from '#core/panel/http/render.tsx'
import type { App, AppEnv } from '#core/panel/http/types.ts'
import { type Permission, permissions } from '#core/permissions/catalogue.ts'
import type { Page } from '#core/plugins/contributions.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import { PluginsPage } from '#views/pages/plugins.tsx'
import { urls } from '#views/urls.ts'

/** A plugin that draws longer than this shows an error page instead of an endless tab. */
const drawMs = 10_000

export function pluginRoutes(context: PanelContext): App {
  const app = new Hono<AppEnv>().get(urls.plugins.pattern, (c) =>
    page(c, context, (shell) => <PluginsPage shell={shell} plugins={context.plugins.plugins} />),
  )
  for (const { pattern, plugin, page: contribution } of pluginPages(context)) {
    app.on(contribution.method.toUpperCase(), pattern, async (c) => {
      const drawn = await withDeadline(plugin, async () => contribution.handle(c.req.raw))
      if (drawn instanceof Response) return drawn
      return await page(c, context, (shell) => (
        <AppLayout shell={shell} title={contribution.title ?? plugin}>
          {raw(drawn)}
        </AppLayout>
      ))
    })
  }
  return app
}

/** What the gate must know of them. A permission that does not exist is the owner's alone. */
export function pluginAccess(context: PanelContext): (readonly [method: string, pattern: string, access: Access])[] {
  return pluginPages(context).map(({ pattern, page }) => [
    page.method,
    pattern,
    isPermission(page.permission) ? page.permission : 'plugin.read',
  ])
}

function pluginPages({ plugins }: PanelContext): { pattern: string; plugin: string; page: Page }[] {
  return plugins.all('pages').flatMap((page) => {
    const owner = plugins.plugins.find(({ contributes }) => contributes['pages']?.includes(page.id))
    return owner ? [{ pattern: `${urls.plugins()}/${owner.name}${page.path}`, plugin: owner.name, page }] : []
  })
}

const isPermission = (name: string): name is Permission => Object.hasOwn(permissions, name)

async function withDeadline<T>(plugin: string, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new PublicError('plugin-failed', `The plugin ${plugin} did not answer within ${drawMs / 1000} s.`, {
            status: 504,
          }),
        ),
      drawMs,
    )
  })
  try {
    return await Promise.race([work(), late])
  } catch (cause) {
    if (cause instanceof PublicError) throw cause
    throw new PublicError('plugin-failed', `The plugin ${plugin} failed to draw this page.`, { status: 500, cause })
  } finally {
    clearTimeout(timer)
  }
}
