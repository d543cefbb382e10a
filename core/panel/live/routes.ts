// GET /events: the one event stream of a page.
import { Hono } from 'hono'
import type { PanelContext } from '#core/panel/context.ts'

export function liveRoutes(_context: PanelContext): Hono {
  return new Hono()
}
