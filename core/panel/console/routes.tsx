// The live console's socket, its history and its search.
import { Hono } from 'hono'
import type { PanelContext } from '#core/panel/context.ts'

export function consoleRoutes(_context: PanelContext): Hono {
  return new Hono()
}
