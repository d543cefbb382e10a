// Power in the helm: one form, the two actions people look for as buttons, Kill in a menu with what it costs. Its root carries
// ids.serverPower(id): push it with hx-swap="outerMorph".
import type { PowerAction, ShownState } from '#core/domain/server.ts'
import { Button, ButtonGroup } from '#views/components/button.tsx'
import { Icon } from '#views/components/icon.tsx'
import type { IconName } from '#views/components/icon-names.ts'
import { Menu } from '#views/components/menu.tsx'
import { ids } from '#views/ids.ts'
import type { ServerView } from '#views/models.ts'
import { urls } from '#views/urls.ts'

const words: Readonly<Record<PowerAction, { readonly label: string; readonly icon: IconName }>> = {
  start: { label: 'Start', icon: 'play' },
  restart: { label: 'Restart', icon: 'rotate-cw' },
  stop: { label: 'Stop', icon: 'square' },
  kill: { label: 'Kill', icon: 'zap-off' },
}

const powers = ['server.start', 'server.stop', 'server.restart', 'server.kill'] as const

export function HelmPower({ server }: { readonly server: ServerView }) {
  const id = ids.serverPower(server.id)
  const action = urls.serverPower(server)
  const known = server.state === 'unreachable' ? server.lastState : server.state
  if (powers.every((name) => !server.may.has(name))) return <div class="helm-power" id={id} />
  const reason = unavailable(known)
  // A server that is just starting is stopped, not started again.
  const asked = server.offered.filter((each) => each !== 'kill' && !(each === 'restart' && known === 'starting'))
  return (
    // What the answer brings is a set of partials; nothing of it goes into the form itself.
    <form
      class="helm-power"
      id={id}
      method="post"
      action={action}
      hx-post={action}
      hx-swap="none"
      hx-disable="findAll button[type=submit]"
    >
      {reason === undefined ? (
        <>
          <div class="not-phone">
            <ButtonGroup label="Power">
              {asked.map((each) => (
                <PowerButton server={server} action={each} menu={id} />
              ))}
              {server.offered.includes('kill') ? (
                <Button icon="chevron-down" label="More power actions" popovertarget={`${id}-menu`} />
              ) : null}
            </ButtonGroup>
          </div>
          <Button class="only-phone" icon="power" popovertarget={`${id}-menu`}>
            Power
          </Button>
          <PowerMenu server={server} id={id} asked={asked} />
          {asked.map((each) => (online(server, each) ? <Ask server={server} action={each} id={id} /> : null))}
        </>
      ) : (
        <Button icon="play" unavailable={reason}>
          Start
        </Button>
      )}
    </form>
  )
}

interface PowerProps {
  readonly server: ServerView
  readonly action: PowerAction
}

function PowerButton({ server, action, menu }: PowerProps & { readonly menu: string }) {
  const { label, icon } = words[action]
  return online(server, action) ? (
    <Button icon={icon} popovertarget={`${menu}-${action}`}>
      {label}…
    </Button>
  ) : (
    <Button type="submit" name="action" value={action} icon={icon}>
      {label}
    </Button>
  )
}

/** On a phone it holds every action, on a desk only what needs a second look. */
function PowerMenu({ server, id, asked }: { server: ServerView; id: string; asked: readonly PowerAction[] }) {
  return (
    <Menu id={`${id}-menu`} label="Power">
      {asked.map((action) => (
        <button type="submit" name="action" value={action} class="only-phone">
          <Icon name={words[action].icon} />
          {words[action].label}
        </button>
      ))}
      {server.offered.includes('kill') ? (
        <>
          <hr class="only-phone" />
          <div class="pad">
            <p>
              <strong>Kill ends the process at once.</strong> What the game has not saved is lost.
            </p>
            <Button type="submit" name="action" value="kill" kind="danger" icon="zap-off">
              Kill {server.name}
            </Button>
          </div>
        </>
      ) : null}
    </Menu>
  )
}

/** Players would be thrown out: say how many before it happens. */
function Ask({ server, action, id }: PowerProps & { readonly id: string }) {
  const players = server.stats?.players ?? 0
  return (
    <Menu id={`${id}-${action}`} label={words[action].label}>
      <div class="pad">
        <p>
          <strong>{players === 1 ? '1 player is' : `${players} players are`} online</strong> and will be disconnected.
        </p>
        <Button type="submit" name="action" value={action} icon={words[action].icon}>
          {words[action].label} now
        </Button>
      </div>
    </Menu>
  )
}

const online = (server: ServerView, action: PowerAction): boolean =>
  (action === 'stop' || action === 'restart') && (server.stats?.players ?? 0) > 0

/** Why nothing is offered; undefined when something is. */
function unavailable(state: ShownState): string | undefined {
  switch (state) {
    case 'installing':
      return 'The server is being installed'
    case 'install-failed':
      return 'The server is not installed'
    case 'suspended':
      return 'The server is suspended'
    case 'unreachable':
      return 'The node does not answer'
    case 'deleting':
      return 'The server is being deleted'
    case 'stopped':
    case 'starting':
    case 'running':
    case 'stopping':
    case 'crashed':
      return undefined
  }
}
