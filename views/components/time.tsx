// A moment. The server writes UTC; static/js/times.js writes it again in the reader's zone. The other form is in the title.

export interface TimeProps {
  /** ISO time. */
  readonly at: string
  /** `when`: a time of day, with the date unless it is today; `ago`: how long since. */
  readonly as?: 'when' | 'ago'
  /** Milliseconds since 1970. */
  readonly now?: number
}

export function Time({ at, as = 'when', now = Date.now() }: TimeProps) {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return <span>unknown</span>
  const iso = date.toISOString()
  const absolute = `${iso.slice(0, 10)}, ${iso.slice(11, 16)} UTC`
  const today = new Date(now).toISOString().slice(0, 10) === iso.slice(0, 10)
  // About as long as what the script writes in its place, so that lines do not break anew.
  const when = today ? `today, ${iso.slice(11, 16)} UTC` : absolute
  const text = as === 'ago' ? ago(date.getTime(), now) : when
  return (
    <time datetime={iso} title={absolute} data-time={as}>
      {text}
    </time>
  )
}

/** `3 d 4 h`, `19 h 12 m`, `38 s`: the two largest units. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const days = Math.floor(hours / 24)
  const pair = (large: number, a: string, small: number, b: string): string =>
    small === 0 ? `${large}\u00a0${a}` : `${large}\u00a0${a} ${small}\u00a0${b}`
  if (days > 0) return pair(days, 'd', hours % 24, 'h')
  if (hours > 0) return pair(hours, 'h', minutes % 60, 'm')
  if (minutes > 0) return minutes < 10 ? pair(minutes, 'm', seconds % 60, 's') : `${minutes}\u00a0m`
  return `${seconds}\u00a0s`
}

function ago(then: number, now: number): string {
  const elapsed = now - then
  return elapsed < 5000 ? 'now' : `${formatDuration(elapsed)} ago`
}
