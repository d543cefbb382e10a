// A message in the page: what is so, what follows, at most two actions.
import type { Child } from 'hono/jsx'
import { Icon } from './icon.tsx'
import type { IconName } from './icon-names.ts'
import { type Mark, StateMark } from './state-mark.tsx'

export interface BannerProps {
  readonly tone: 'note' | 'ok' | 'warn' | 'bad'
  /** A state's mark instead of the tone's icon. */
  readonly mark?: Mark
  /** `alert` for what appears by itself. */
  readonly role?: 'alert' | 'status'
  readonly id?: string
  readonly actions?: Child
  readonly children?: Child
}

const icons: Readonly<Record<BannerProps['tone'], IconName>> = {
  note: 'info',
  ok: 'circle-check',
  warn: 'triangle-alert',
  bad: 'circle-alert',
}

export function Banner({ tone, mark, role, id, actions, children }: BannerProps) {
  return (
    <section class={`banner row ${tone}`} role={role} id={id}>
      {mark ? <StateMark mark={mark} /> : <Icon name={icons[tone]} />}
      <div>{children}</div>
      {actions ? <div class="actions">{actions}</div> : null}
    </section>
  )
}
