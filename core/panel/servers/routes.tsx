// Everything of servers for browsers: list, create, look, power, change, delete.
import { Hono } from 'hono'
import type { PanelContext } from '#core/panel/context.ts'

export function serverRoutes(_context: PanelContext): Hono {
  return new Hono()
}
