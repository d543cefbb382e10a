// A row of choices of which one holds, as links: filters, ranges, tabs within a page.
import type { Child } from 'hono/jsx'

export interface Segment {
  readonly href: string
  readonly current: boolean
  readonly label: Child
  readonly count?: number | undefined
}

export function Segmented({ label, segments }: { readonly label: string; readonly segments: readonly Segment[] }) {
  return (
    <nav class="segmented" aria-label={label}>
      {segments.map(({ href, current, label: text, count }) => (
        <a href={href} aria-current={current ? 'true' : undefined}>
          {text}
          {count === undefined ? null : <small>{count}</small>}
        </a>
      ))}
    </nav>
  )
}
