// Mark, word, blueprint and node in a server's row. Its root carries ids.serverRowState(id): push it with
// hx-swap="outerMorph". Nothing in it can hold focus.
import { StateMark } from '#views/components/state-mark.tsx'
import { ids } from '#views/ids.ts'
import type { ServerView } from '#views/models.ts'
import { stateMark, stateWord } from '#views/states.ts'

export function ServerRowState({ server }: { readonly server: ServerView }) {
  const mark = stateMark(server)
  const word = stateWord(server)
  // The mark alone says Running; every other state is also said in words.
  const quiet = server.state === 'running' && mark === 'running' && !server.pending
  return (
    <span class="srv-state" id={ids.serverRowState(server.id)}>
      <StateMark mark={mark} label={quiet ? word : undefined} />
      <span class="sub">
        {quiet ? null : (
          <>
            <b class={mark}>{word}</b>
            {' · '}
          </>
        )}
        {server.blueprint.name} · {server.node.name}
      </span>
    </span>
  )
}
