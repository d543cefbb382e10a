// Things that must be so, each with its state, a fact at the end, and the cause and remedy when it is not so.
import type { Child } from 'hono/jsx'
import { Icon } from './icon.tsx'
import type { IconName } from './icon-names.ts'
import { type Mark, StateMark } from './state-mark.tsx'

export interface Check {
  readonly state: 'done' | 'warn' | 'failed' | 'running' | 'todo'
  readonly label: Child
  /** Cause or fact under it. */
  readonly detail?: Child
  readonly end?: Child
}

const icons: Readonly<Record<Exclude<Check['state'], 'running' | 'todo'>, IconName>> = {
  done: 'check',
  warn: 'triangle-alert',
  failed: 'x',
}
const marks: Readonly<Record<'running' | 'todo', Mark>> = { running: 'starting', todo: 'stopped' }
const words: Readonly<Record<Check['state'], string>> = {
  done: 'Done: ',
  warn: 'Attention: ',
  failed: 'Failed: ',
  running: 'Under way: ',
  todo: 'To come: ',
}

export function Checklist({ checks }: { readonly checks: readonly Check[] }) {
  return (
    <ol class="checks">
      {checks.map(({ state, label, detail, end }) => (
        <li class={state}>
          {state === 'running' || state === 'todo' ? <StateMark mark={marks[state]} /> : <Icon name={icons[state]} />}
          <div>
            <span class="sr">{words[state]}</span>
            {label}
            {detail ? <small>{detail}</small> : null}
          </div>
          {end ? <span class="end">{end}</span> : null}
        </li>
      ))}
    </ol>
  )
}
