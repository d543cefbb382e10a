// Power in a server's row: what makes sense now, one touch away. Its root carries ids.serverRowPower(id): push it with
// hx-swap="outerMorph" when the state changes. Stop and Restart ask only when players are online.
import type { PowerAction } from '#core/domain/server.ts'
import { Button, ButtonLink, type IconName, Menu } from '#views/components/index.ts'
import { ids } from '#views/ids.ts'
import type { ServerView } from '#views/models.ts'
import { urls } from '#views/urls.ts'

const words: Readonly<Record<PowerAction, { readonly verb: string; readonly icon: IconName }>> = {
  start: { verb: 'Start', icon: 'play' },
  restart: { verb: 'Restart', icon: 'rotate-cw' },
  stop: { verb: 'Stop', icon: 'square' },
  kill: { verb: 'Kill', icon: 'zap-off' },
}

export function ServerRowPower({ server }: { readonly server: ServerView }) {
  const players = server.stats?.players ?? 0
  const known = server.state === 'unreachable' ? server.lastState : server.state
  return (
    <div class="srv-power" id={ids.serverRowPower(server.id)}>
      {server.offered
        .filter((action) => action !== 'kill' && !(action === 'restart' && known === 'starting'))
        .map((action) =>
          action === 'start' || players === 0 ? (
            <PowerForm server={server} action={action} />
          ) : (
            <Asking server={server} action={action} players={players} />
          ),
        )}
      <ButtonLink
        href={urls.serverSettings(server)}
        kind="ghost"
        label={`More for ${server.name}`}
        icon="ellipsis"
        data-row-menu={server.id}
      />
    </div>
  )
}

function PowerForm({ server, action }: { readonly server: ServerView; readonly action: PowerAction }) {
  const { verb, icon } = words[action]
  return (
    <form
      method="post"
      action={urls.serverPower(server)}
      hx-post={urls.serverPower(server)}
      hx-swap="none"
      hx-disable="find button"
    >
      <input type="hidden" name="next" value={urls.servers()} />
      {action === 'start' ? (
        <Button type="submit" name="action" value={action} icon={icon}>
          {verb}
          <span class="sr"> {server.name}</span>
        </Button>
      ) : (
        <Button type="submit" name="action" value={action} kind="ghost" icon={icon} label={`${verb} ${server.name}`} />
      )}
    </form>
  )
}

function Asking({
  server,
  action,
  players,
}: {
  readonly server: ServerView
  readonly action: PowerAction
  readonly players: number
}) {
  const { verb, icon } = words[action]
  const id = `${ids.serverRowPower(server.id)}-${action}`
  return (
    <>
      <Button kind="ghost" icon={icon} label={`${verb} ${server.name}…`} popovertarget={id} />
      <Menu id={id} label={`${verb} ${server.name}?`}>
        <form
          class="pad"
          method="post"
          action={urls.serverPower(server)}
          hx-post={urls.serverPower(server)}
          hx-swap="none"
          hx-disable="find .button"
        >
          <p>
            <strong>{players === 1 ? '1 player' : `${players} players`} online.</strong> They are disconnected.
          </p>
          <input type="hidden" name="next" value={urls.servers()} />
          <Button type="submit" name="action" value={action} icon={icon} wide>
            {verb} now
          </Button>
        </form>
      </Menu>
    </>
  )
}
