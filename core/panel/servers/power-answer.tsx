// What htmx gets after a power button: the state and the buttons as they are now, and why not when it was refused.
import { ids, rows } from '#views/ids.ts'
import type { ServerView } from '#views/models.ts'
import { Flash } from '#views/partials/flash.tsx'
import { HelmPower } from '#views/partials/helm-power.tsx'
import { HelmState } from '#views/partials/helm-state.tsx'
import { ServerRowPower } from '#views/partials/server-power.tsx'
import { ServerRowState } from '#views/partials/server-state.tsx'

export interface PowerAnswerProps {
  readonly server: ServerView
  /** Asked from the list of servers, not from the server's own page. */
  readonly inList: boolean
  readonly refused: string | undefined
}

export function PowerAnswer({ server, inList, refused }: PowerAnswerProps) {
  const state = inList ? rows.state(server.id) : `#${ids.serverState(server.id)}`
  const power = inList ? rows.power(server.id) : `#${ids.serverPower(server.id)}`
  return (
    <>
      <hx-partial hx-target={state} hx-swap="outerMorph">
        {inList ? <ServerRowState server={server} /> : <HelmState server={server} />}
      </hx-partial>
      <hx-partial hx-target={power} hx-swap="outerMorph">
        {inList ? <ServerRowPower server={server} /> : <HelmPower server={server} />}
      </hx-partial>
      {refused === undefined ? null : (
        <hx-partial hx-target={`#${ids.toasts}`} hx-swap="append">
          <Flash flash={{ kind: 'bad', text: refused }} />
        </hx-partial>
      )}
    </>
  )
}
