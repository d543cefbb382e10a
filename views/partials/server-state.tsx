// Mark, word, blueprint and node in a server's row: push it to `rows.state` with hx-swap="outerMorph". Nothing in it can
// hold focus.
import { html } from 'hono/html'
import { StateMark } from '#views/components/state-mark.tsx'
import type { ServerView } from '#views/models.ts'
import { stateMark, stateWord } from '#views/states.ts'

export function ServerRowState({ server }: { readonly server: ServerView }) {
  const mark = stateMark(server)
  const word = stateWord(server)
  const place = `${server.blueprint.name} · ${server.node.name}`
  // Most servers just run: the style sheet draws that mark over its word. Every other state is also said in words.
  if (server.state === 'running' && mark === 'running' && !server.pending) return html`<p><b>${word}</b>${place}`
  return html`<p>${<StateMark mark={mark} />}<b class=${mark}>${word}</b> · ${place}`
}
