// State mark, word and age in the helm. Its root carries ids.serverState(id): push it with hx-swap="outerMorph".
import { ids } from '#views/ids.ts'
import type { ServerView } from '#views/models.ts'

export function HelmState({ server }: { readonly server: ServerView }) {
  return <span id={ids.serverState(server.id)}>{server.state}</span>
}
