// Buttons, and links that look like them. One primary a view; "…" in the label says that more is asked first.
import type { Child, JSX } from 'hono/jsx'
import { Icon } from './icon.tsx'
import type { IconName } from './icon-names.ts'

interface ButtonLook {
  readonly kind?: 'primary' | 'default' | 'ghost' | 'danger' | 'danger-solid' | undefined
  readonly size?: 'small' | 'normal' | 'large' | undefined
  readonly icon?: IconName | undefined
  /** Only the icon is shown; this is its name. */
  readonly label?: string | undefined
  readonly wide?: boolean | undefined
  readonly class?: string | undefined
  readonly children?: Child
}

export function buttonClass({ kind = 'default', size = 'normal', label, wide, class: more }: ButtonLook): string {
  return [
    'button',
    kind === 'default' ? '' : kind,
    size === 'normal' ? '' : size,
    label === undefined ? '' : 'icon-only',
    wide ? 'wide' : '',
    more ?? '',
  ]
    .filter(Boolean)
    .join(' ')
}

export type ButtonProps = ButtonLook &
  Omit<JSX.IntrinsicElements['button'], 'class' | 'children' | 'size'> & {
    /** Disabled, and why: shown as a tooltip and read aloud. The button stays focusable, so the reason can be found. */
    readonly unavailable?: string | undefined
  }

export function Button({ kind, size, icon, label, wide, class: more, unavailable, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      {...(unavailable === undefined ? {} : { type: 'button', 'aria-disabled': 'true', title: unavailable })}
      class={buttonClass({ kind, size, label, wide, class: more })}
      aria-label={label}
    >
      {icon ? <Icon name={icon} /> : null}
      {children}
      {unavailable === undefined ? null : <span class="sr">. {unavailable}</span>}
    </button>
  )
}

export type ButtonLinkProps = ButtonLook & Omit<JSX.IntrinsicElements['a'], 'class' | 'children'>

export function ButtonLink({ kind, size, icon, label, wide, class: more, children, ...rest }: ButtonLinkProps) {
  return (
    <a {...rest} class={buttonClass({ kind, size, label, wide, class: more })} aria-label={label}>
      {icon ? <Icon name={icon} /> : null}
      {children}
    </a>
  )
}

/** Joined buttons. */
export function ButtonGroup({ label, children }: { readonly label: string; readonly children?: Child }) {
  return (
    <div class="group" role="group" aria-label={label}>
      {children}
    </div>
  )
}
