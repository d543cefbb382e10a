// Banners above the console: crash, left off, hint, not ready, unreachable. Its root carries ids.serverNotices(id) and is
// there when it is empty: push it with hx-swap="outerMorph".
import { ids } from '#views/ids.ts'
import type { ServerView } from '#views/models.ts'

export function ServerNotices({ server }: { readonly server: ServerView }) {
  return <div id={ids.serverNotices(server.id)}>{server.reason}</div>
}
