// Power in a server's row: what makes sense now, one touch away. Its root carries ids.serverRowPower(id): push it with
// hx-swap="outerMorph" when the state changes. Stop and Restart ask only when players are online, in the one question of
// the list. static/js/row-power.js sends the form without leaving the page; icons come from the style sheet.
import type { PowerAction } from '#core/domain/server.ts'
import { Button, Menu } from '#views/components/index.ts'
import { ids } from '#views/ids.ts'
import type { ServerView } from '#views/models.ts'
import { urls } from '#views/urls.ts'

const verbs: Readonly<Record<PowerAction, string>> = { start: 'Start', restart: 'Restart', stop: 'Stop', kill: 'Kill' }

export function ServerRowPower({ server }: { readonly server: ServerView }) {
  const players = server.stats?.players ?? 0
  const offered = server.offered.filter(
    (action) => action !== 'kill' && !(action === 'restart' && server.state === 'starting'),
  )
  return (
    <form
      class="srv-power"
      id={ids.serverRowPower(server.id)}
      method="post"
      action={`${urls.serverPower(server)}?next=${urls.servers()}`}
    >
      {offered.map((action) =>
        action === 'start' || players === 0 ? (
          <button name="action" value={action} aria-label={`${verbs[action]} ${server.name}`}>
            {action === 'start' ? verbs.start : null}
          </button>
        ) : (
          <button
            type="button"
            value={action}
            aria-label={`${verbs[action]} ${server.name}…`}
            data-players={players}
            popovertarget="row-ask"
          />
        ),
      )}
      <a href={urls.serverSettings(server)} aria-label={`More for ${server.name}`} />
    </form>
  )
}

/** The question, once for the whole list; the script fills it. Without script it says where to go instead. */
export function RowAsk() {
  return (
    <Menu id="row-ask" label="Players are online">
      <form class="pad" method="post" action={urls.servers()}>
        <p>
          <strong>Players are online</strong> and would be disconnected.{' '}
          <noscript>Open the server to stop or restart it.</noscript>
        </p>
        <span class="only-script">
          <Button type="submit" name="action" value="stop" wide>
            Stop now
          </Button>
        </span>
      </form>
    </Menu>
  )
}
