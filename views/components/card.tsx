// A card: header, body, footer with actions.
import type { Child } from 'hono/jsx'

export interface CardProps {
  readonly title?: string
  /** Small print beside the title. */
  readonly note?: Child
  /** At the end of the header: a link, a tag. */
  readonly end?: Child
  readonly footer?: Child
  /** The contents bring their own padding: a list, a table. */
  readonly flush?: boolean
  readonly id?: string
  readonly class?: string
  readonly children?: Child
}

export function Card({ title, note, end, footer, flush = false, id, class: more, children }: CardProps) {
  return (
    <section class={more === undefined ? 'card' : `card ${more}`} id={id}>
      {title === undefined ? null : (
        <header>
          <h2>{title}</h2>
          {note ? <small>{note}</small> : null}
          {end ? <div class="end">{end}</div> : null}
        </header>
      )}
      {flush ? children : <div class="body">{children}</div>}
      {footer ? <footer>{footer}</footer> : null}
    </section>
  )
}
