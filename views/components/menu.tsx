// A popover at its button: works without script; static/js/menus.js adds arrow keys and, for older browsers, the place.
import type { Child } from 'hono/jsx'

export interface MenuProps {
  readonly id: string
  readonly label: string
  /** Opens upwards, for what stands at the bottom edge. */
  readonly up?: boolean
  readonly children?: Child
}

/** Open it with `popovertarget={id}` on a button. */
export function Menu({ id, label, up = false, children }: MenuProps) {
  return (
    <div class={up ? 'menu up' : 'menu'} id={id} popover="auto" role="group" aria-label={label}>
      {children}
    </div>
  )
}
