// CPU, memory, network and disk beside the console. Its root carries ids.serverTiles(id): push it with
// hx-swap="outerMorph" when the state changes; between pushes static/js/charts.js writes the values of the `stats` event.
import { ids } from '#views/ids.ts'
import type { ServerView } from '#views/models.ts'

export function ServerTiles({ server }: { readonly server: ServerView }) {
  return <section id={ids.serverTiles(server.id)}>{server.stats?.cpuPercent}</section>
}
