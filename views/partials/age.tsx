// How long ago, or for how long: drawn by the server, kept right by static/js/ages.js.
import { formatDuration } from '#views/components/time.tsx'

export interface AgeProps {
  /** ISO time. */
  readonly since: string
  /** `%` is replaced with the duration. */
  readonly words?: string
  readonly now?: number
}

export function Age({ since, words = '%', now = Date.now() }: AgeProps) {
  const then = Date.parse(since)
  if (Number.isNaN(then)) return null
  return (
    <time datetime={since} data-since={since} data-words={words}>
      {words.replace('%', formatDuration(now - then))}
    </time>
  )
}
