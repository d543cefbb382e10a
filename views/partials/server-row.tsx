// One server in the list: a row on a desk, a card on a phone. Live parts are pushed one by one, never the row itself.
import { SharedPlate } from '#views/components/plate.tsx'
import { ids } from '#views/ids.ts'
import type { ServerView } from '#views/models.ts'
import { urls } from '#views/urls.ts'
import { ServerRowLive } from './server-live.tsx'
import { ServerRowPower } from './server-power.tsx'
import { ServerRowState } from './server-state.tsx'

export function ServerRow({ server, now }: { readonly server: ServerView; readonly now?: number }) {
  return (
    <li class="srv" id={ids.serverRow(server.id)}>
      <SharedPlate plate={server.blueprint.plate} seed={server.blueprint.id} />
      <div class="srv-id">
        <a class="stretch" href={urls.server(server)} data-row="">
          {server.name}
        </a>
        <ServerRowState server={server} />
      </div>
      <button type="button" class="copy address" data-copy="" title="Copy the address">
        {server.address}
      </button>
      <ServerRowLive server={server} {...(now === undefined ? {} : { now })} />
      <ServerRowPower server={server} />
    </li>
  )
}
