// A value to copy with a click, and a command with its Copy button. Without script both are text to select.
import { Icon } from './icon.tsx'

export interface CopyProps {
  readonly value: string
  /** What it is, for screen readers: `address`. */
  readonly what: string
}

export function Copy({ value, what }: CopyProps) {
  return (
    <button type="button" class="copy" data-copy={value} title={`Copy ${what}`}>
      <span class="cut">{value}</span>
      <Icon name="copy" />
      <span class="sr">Copy {what}</span>
    </button>
  )
}

export function Command({ value, label = 'Command' }: { readonly value: string; readonly label?: string }) {
  return (
    <div class="command">
      <code tabindex={0} role="region" aria-label={label}>
        {value}
      </code>
      <button type="button" class="button only-script" data-copy={value}>
        <Icon name="copy" />
        Copy
        <span class="sr"> {label.toLowerCase()}</span>
      </button>
    </div>
  )
}
