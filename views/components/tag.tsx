// A small label. Never the only carrier of a state.
import type { Child } from 'hono/jsx'
import { Icon } from './icon.tsx'
import type { IconName } from './icon-names.ts'

export interface TagProps {
  readonly tone?: 'plain' | 'ok' | 'warn' | 'bad' | 'note' | 'on'
  readonly icon?: IconName
  readonly children?: Child
}

export function Tag({ tone = 'plain', icon, children }: TagProps) {
  return (
    <span class={tone === 'plain' ? 'tag' : `tag ${tone}`}>
      {icon ? <Icon name={icon} /> : null}
      {children}
    </span>
  )
}
