// An empty place: a constellation not yet drawn through, one sentence, one action.
import type { Child } from 'hono/jsx'

export interface EmptyProps {
  readonly title: string
  readonly text?: Child
  readonly actions?: Child
  readonly small?: Child
}

const points = [
  [14, 68, 4.2],
  [58, 24, 6],
  [98, 48, 5],
  [142, 10, 6.6],
  [192, 40, 4.2],
] as const

export function Empty({ title, text, actions, small }: EmptyProps) {
  return (
    <div class="empty">
      <svg class="figure" viewBox="0 0 206 80" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.6">
        <path stroke-dasharray="1.5 5" stroke-width="1.2" d="M14 68 58 24 98 48 142 10 192 40" />
        {points.map(([x, y, r]) => (
          <circle cx={x} cy={y} r={r} />
        ))}
      </svg>
      <h2>{title}</h2>
      {text ? <p>{text}</p> : null}
      {actions ? <div class="actions">{actions}</div> : null}
      {small ? <p class="small">{small}</p> : null}
    </div>
  )
}
