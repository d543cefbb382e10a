// A modal question: title, one sentence, body, actions at the end (safe one first). Opened by a button with `data-dialog={id}`,
// or at once with `open` on a page that is nothing but this question.
import type { Child } from 'hono/jsx'

interface DialogProps {
  readonly id: string
  readonly title: string
  readonly lead?: Child
  readonly class?: string
  readonly children?: Child
}

export function Dialog({ id, title, lead, class: more, children }: DialogProps) {
  return (
    <dialog class={more === undefined ? 'dialog' : `dialog ${more}`} id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {lead ? <p>{lead}</p> : null}
      {children}
    </dialog>
  )
}
