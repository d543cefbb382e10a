// Pages that plugins contribute: where they stand, who may see them, and which are in the navigation.
import type { Actor, PanelContext } from '#core/panel/context.ts'
import type { Access } from '#core/panel/http/access.ts'
import { can } from '#core/permissions/can.ts'
import { isPermission, type Permission } from '#core/permissions/catalogue.ts'
import type { Page } from '#core/plugins/contributions.ts'
import type { Shell } from '#views/models.ts'
import { urls } from '#views/urls.ts'

export interface PluginPage {
  readonly pattern: string
  readonly plugin: string
  readonly page: Page
}

export function pluginPages({ plugins }: Pick<PanelContext, 'plugins'>): PluginPage[] {
  return plugins.all('pages').flatMap((page) => {
    const owner = plugins.plugins.find(({ contributes }) => contributes['pages']?.includes(page.id))
    return owner ? [{ pattern: `${urls.plugins()}/${owner.name}${page.path}`, plugin: owner.name, page }] : []
  })
}

/** What the gate must know of them. */
export function pluginAccess(context: PanelContext): (readonly [method: string, pattern: string, access: Access])[] {
  return pluginPages(context).map(({ pattern, page }) => [page.method, pattern, permissionOf(page)])
}

/** Those with a title that can be opened as they are: not what is posted to, and not one address of many. */
export function pluginPlaces(context: PanelContext, actor: Actor): Shell['pluginPages'] {
  return pluginPages(context).flatMap(({ pattern, page }) =>
    page.title !== undefined && page.method === 'get' && !/[:*]/.test(page.path) && can(actor, permissionOf(page))
      ? [{ title: page.title, href: pattern }]
      : [],
  )
}

/** A permission that does not exist: for those who may change everything. */
function permissionOf({ permission }: Page): Permission {
  return isPermission(permission) ? permission : 'platform.settings'
}
