// An icon of the sprite. Beside a word it is decoration; alone its control needs an aria-label.
import type { IconName } from './icon-names.ts'

export const spriteUrl = '/static/img/icons.svg'

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" aria-hidden="true">
      <use href={`${spriteUrl}#${name}`} />
    </svg>
  )
}

export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
      <use href={`${spriteUrl}#logo`} />
    </svg>
  )
}
