// Power in a server's row: what makes sense now, one touch away. Push it to `rows.power` with hx-swap="outerMorph" when
// the state changes. static/js/row-power.js sends the form without leaving the page and asks first when players are
// online; without script the panel does. Icons come from the style sheet.
import { html } from 'hono/html'
import type { PowerAction } from '#core/domain/server.ts'
import { Button, Menu } from '#views/components/index.ts'
import type { ServerView } from '#views/models.ts'
import { urls } from '#views/urls.ts'

const buttons: Readonly<Record<Exclude<PowerAction, 'kill'>, ReturnType<typeof html>>> = {
  start: html`<button name=start>Start</button>`,
  restart: html`<button name=restart>Restart</button>`,
  stop: html`<button name=stop>Stop</button>`,
}

export function ServerRowPower({ server }: { readonly server: ServerView }) {
  const offered = server.offered
    .filter((action) => action !== 'kill')
    .filter((action) => !(action === 'restart' && server.state === 'starting'))
  return html`<form method=post action=${urls.serverPower(server)}>${offered.map((action) => buttons[action])}</form>`
}

/** The question, once for the whole list; the script fills it. */
export function RowAsk() {
  return (
    <Menu id="row-ask" label="Players are online">
      <form class="pad" method="post" action={urls.servers()}>
        <p>
          <strong>Players are online</strong> and would be disconnected.
        </p>
        <Button type="submit" name="stop" wide>
          Stop now
        </Button>
      </form>
    </Menu>
  )
}
