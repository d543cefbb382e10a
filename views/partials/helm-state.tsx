// State mark, word and age in the helm. Its root carries ids.serverState(id): push it with hx-swap="outerMorph". Scripts
// read the state from its data attributes.
import type { ShownState } from '#core/domain/server.ts'
import { StateMark } from '#views/components/state-mark.tsx'
import { ids } from '#views/ids.ts'
import type { ServerView } from '#views/models.ts'
import { stateMark, stateWords, waits } from '#views/states.ts'
import { Age } from './age.tsx'

/** In what words the age of a state is told; undefined: it says nothing. */
const ages: Readonly<Record<ShownState, string | undefined>> = {
  installing: 'for %',
  'install-failed': '% ago',
  stopped: 'for %',
  starting: 'for %',
  running: 'for %',
  stopping: 'for %',
  crashed: '% ago',
  suspended: 'for %',
  unreachable: '% ago',
  deleting: undefined,
}

/** True while a server's page is about its installation and not about its console. */
export function isInstalling({ state, lastState }: Pick<ServerView, 'state' | 'lastState'>): boolean {
  const known = state === 'unreachable' ? lastState : state
  return known === 'installing' || known === 'install-failed'
}

export function HelmState({ server }: { readonly server: ServerView }) {
  const { state, lastState, since, pending } = server
  const words =
    state === 'unreachable'
      ? `last seen ${stateWords[lastState].toLowerCase()}, % ago${pending ? `; ${waits(server)}` : ''}`
      : ages[state]
  return (
    <span
      class="state"
      id={ids.serverState(server.id)}
      data-state={state}
      data-phase={isInstalling(server) ? 'install' : 'run'}
    >
      <StateMark mark={stateMark(server)} />
      <span>{stateWords[state]}</span>
      {pending && state !== 'unreachable' ? (
        <small>command on its way</small>
      ) : words ? (
        <small>
          <Age since={since} words={words} />
        </small>
      ) : null}
    </span>
  )
}
