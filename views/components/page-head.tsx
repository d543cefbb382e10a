// The head of a page: its one h1, a line under it, actions at the end.
import type { Child } from 'hono/jsx'

export interface PageHeadProps {
  readonly title: string
  readonly lead?: Child
  readonly actions?: Child
}

export function PageHead({ title, lead, actions }: PageHeadProps) {
  return (
    <div class="page-head row">
      <div>
        <h1>{title}</h1>
        {lead ? <p>{lead}</p> : null}
      </div>
      {actions ? <div class="actions">{actions}</div> : null}
    </div>
  )
}
