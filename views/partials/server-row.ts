// One server in the list: a row on a desk, a card on a phone. Live parts are pushed one by one, never the row itself.
// A list has a hundred of these, so all rows are written as text, about half a kilobyte each: the style sheet knows the
// parts by their place, and pushes and scripts know the row by its link. Values without quotes are ids or words of ours.
import { html } from 'hono/html'
import type { ServerView } from '#views/models.ts'
import { urls } from '#views/urls.ts'
import { ServerRowLive } from './server-live.ts'
import { ServerRowPower } from './server-power.tsx'
import { ServerRowState } from './server-state.tsx'

export interface ServerRowProps {
  readonly server: ServerView
  /** Id of the drawing of its plate, see PlateDrawings. */
  readonly plate: string
  readonly now?: number
}

const more = html`<button popovertarget=more>More</button>`

export function ServerRow({ server, plate, now }: ServerRowProps) {
  const picture = html`<svg aria-hidden=true><use href=#${plate} /></svg>`
  const name = html`<a href=${urls.server(server)}>${server.name}</a>`
  const state = ServerRowState({ server })
  const address = html`<button>${server.address}</button>`
  const live = ServerRowLive(now === undefined ? { server } : { server, now })
  const power = ServerRowPower({ server })
  return html`<li>${picture}${name}${state}${live}${address}${power}${more}`
}
