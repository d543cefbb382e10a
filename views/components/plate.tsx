// The plate of a blueprint: a two-hue night, a fixed field of stars and one line drawing. Colours come from the `color`
// attribute and the style sheet; nothing is inline.
import { constellation, motifs } from './motifs.ts'

export interface PlateProps {
  readonly plate: { readonly motif: string; readonly hue: number }
  /** Blueprint id: gives an unknown motif its constellation. */
  readonly seed: string
  /** With stars, for cards; without, for lists and the helm. */
  readonly large?: boolean
}

const stars = [
  [9, 12, 0.5],
  [21, 34, 0.9],
  [27, 7, 0.4],
  [33, 50, 0.5],
  [41, 6, 0.7],
  [88, 9, 0.5],
  [93, 27, 0.9],
  [101, 47, 0.6],
  [110, 15, 0.5],
  [113, 36, 0.4],
  [14, 52, 0.6],
  [79, 53, 0.4],
  [98, 6, 0.4],
  [5, 30, 0.4],
  [36, 24, 0.4],
  [85, 38, 0.5],
] as const

export function Plate({ plate, seed, large = false }: PlateProps) {
  const strokes = Object.hasOwn(motifs, plate.motif) ? motifs[plate.motif] : undefined
  return (
    <svg
      class={large ? 'plate large' : 'plate'}
      viewBox="0 0 120 60"
      preserveAspectRatio="xMidYMid slice"
      color={`oklch(91% 0.06 ${plate.hue})`}
      aria-hidden="true"
    >
      {large ? (
        <g class="stars">
          {stars.map(([x, y, r]) => (
            <circle cx={x} cy={y} r={r} />
          ))}
        </g>
      ) : null}
      {(strokes ?? constellation(seed)).map(({ d, fill }) => (
        <path d={d} class={fill ? 'shade' : undefined} />
      ))}
    </svg>
  )
}
