// The mark of a state: its shape says it before its colour does. Beside its word it is hidden from screen readers; alone it
// needs a label.
import { spriteUrl } from './icon.tsx'

const marks = [
  'running',
  'starting',
  'stopping',
  'stopped',
  'crashed',
  'installing',
  'suspended',
  'unreachable',
  'attention',
] as const
export type Mark = (typeof marks)[number]

export interface StateMarkProps {
  readonly mark: Mark
  /** Spoken when no word is near. */
  readonly label?: string | undefined
}

export function StateMark({ mark, label }: StateMarkProps) {
  const name = label === undefined ? { 'aria-hidden': 'true' as const } : { role: 'img', 'aria-label': label }
  return (
    <svg class={`mark ${mark}`} {...(isDrawn(mark) ? { viewBox: '0 0 16 16' } : {})} {...name}>
      {isDrawn(mark) ? (
        // Drawn here, because a style sheet cannot turn a part of the sprite.
        <>
          {mark === 'starting' ? (
            <circle cx="8" cy="8" r="2.8" fill="currentColor" />
          ) : (
            <path d="M8 4.2a3.8 3.8 0 0 0 0 7.6z" fill="currentColor" />
          )}
          <circle
            class="orbit"
            cx="8"
            cy="8"
            r="6.4"
            fill="none"
            stroke="currentColor"
            stroke-width="1.6"
            stroke-linecap="round"
            stroke-dasharray="26 14.2"
          />
        </>
      ) : (
        <use href={`${spriteUrl}#s-${mark === 'attention' ? 'warn' : mark}`} />
      )}
    </svg>
  )
}

const isDrawn = (mark: Mark): boolean => mark === 'starting' || mark === 'stopping'
