// GET /events: the one event stream of a page. `?topic=servers`, `?server=<id>`, `?topic=nodes` or `?node=<id>`.
import { Hono } from 'hono'
import { InvalidInput, PublicError } from '#core/base/errors.ts'
import type { Actor, LiveTopic, PanelContext } from '#core/panel/context.ts'
import { actorOf } from '#core/panel/http/actor.ts'
import type { AppContext, AppEnv } from '#core/panel/http/types.ts'
import { visible } from '#core/panel/servers/change.ts'
import { demand } from '#core/permissions/can.ts'
import { urls } from '#views/urls.ts'

export function liveRoutes(context: PanelContext): Hono<AppEnv> {
  const app = new Hono<AppEnv>()
  app.get(urls.events.pattern, async function events(c) {
    const actor = actorOf(c)
    const topic = topicOf(c)
    await mayWatch(context, actor, topic)
    // A monitor asks whether there would be an answer: nobody would ever read the stream.
    if (c.req.method === 'HEAD') return c.body(null, 200, { 'Content-Type': 'text/event-stream; charset=utf-8' })
    // A reconnect brings Last-Event-ID; the answer is the same as at first: everything, as it is now.
    const stream = context.live.open({ actor, sessionId: c.get('sessionId'), topic })
    if (!stream) {
      throw new PublicError('too-many-streams', 'Too many pages of this account are open. Close some of them.', {
        status: 429,
      })
    }
    return new Response(stream, {
      headers: {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store',
        // nginx holds events back otherwise.
        'X-Accel-Buffering': 'no',
      },
    })
  })
  return app
}

function topicOf(c: AppContext): LiveTopic {
  const server = c.req.query('server')
  if (server !== undefined) return { kind: 'server', id: server }
  const node = c.req.query('node')
  if (node !== undefined) return { kind: 'node', id: node }
  const topic = c.req.query('topic') ?? (c.req.query('nodes') === undefined ? 'servers' : 'nodes')
  if (topic === 'servers' || topic === 'nodes') return { kind: topic }
  throw new InvalidInput({ topic: 'Expected “servers” or “nodes”, or ?server= or ?node= with an id.' })
}

async function mayWatch(context: PanelContext, actor: Actor, topic: LiveTopic): Promise<void> {
  switch (topic.kind) {
    case 'server':
      await visible(context, actor, topic.id)
      return
    case 'servers':
      return demand(actor, 'server.view')
    case 'node':
      return demand(actor, 'node.view', { nodeId: topic.id })
    case 'nodes':
      return demand(actor, 'node.view')
  }
}
