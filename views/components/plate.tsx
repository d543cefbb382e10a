// The plate of a blueprint: a two-hue night, a fixed field of stars and one line drawing. Colours come from the `color`
// attribute and the style sheet; nothing is inline.
import { constellation, hashOf, motifs, type Stroke } from './motifs.ts'

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
  return (
    <svg
      class={large ? 'plate large' : 'plate'}
      viewBox="0 0 120 60"
      preserveAspectRatio="xMidYMid slice"
      color={colourOf(plate)}
      aria-hidden="true"
    >
      {large ? (
        <g class="stars">
          {stars.map(([x, y, r]) => (
            <circle cx={x} cy={y} r={r} />
          ))}
        </g>
      ) : null}
      {strokesOf(plate.motif, seed).map(({ d, fill }) => (
        <path d={d} class={fill ? 'shade' : undefined} />
      ))}
    </svg>
  )
}

/** For lists: the drawing stands once in <PlateDrawings>, however many servers show it. */
export function SharedPlate({ plate, seed }: Omit<PlateProps, 'large'>) {
  return (
    <svg class="plate" color={colourOf(plate)} aria-hidden="true">
      <use href={`#${drawingId(plate, seed)}`} />
    </svg>
  )
}

export function PlateDrawings({ plates }: { readonly plates: readonly Omit<PlateProps, 'large'>[] }) {
  const drawings = new Map(plates.map((each) => [drawingId(each.plate, each.seed), each]))
  return (
    <svg class="plates" aria-hidden="true">
      {[...drawings].map(([id, { plate, seed }]) => (
        // Attributes: rules of the style sheet that name an ancestor do not reach into what <use> shows.
        <symbol
          id={id}
          viewBox="0 0 120 60"
          preserveAspectRatio="xMidYMid slice"
          fill="none"
          stroke="currentColor"
          stroke-width="1.4"
          stroke-linecap="round"
          stroke-linejoin="round"
        >
          {strokesOf(plate.motif, seed).map(({ d, fill }) => (
            <path
              d={d}
              vector-effect="non-scaling-stroke"
              {...(fill ? { fill: 'currentColor', 'fill-opacity': '0.3' } : {})}
            />
          ))}
        </symbol>
      ))}
    </svg>
  )
}

const colourOf = ({ hue }: PlateProps['plate']): string => `oklch(91% 0.06 ${hue})`

const strokesOf = (motif: string, seed: string): readonly Stroke[] =>
  (Object.hasOwn(motifs, motif) ? motifs[motif] : undefined) ?? constellation(seed)

/** What is drawn alike has the same: a known motif is, whatever the blueprint. */
const drawingId = ({ motif }: PlateProps['plate'], seed: string): string =>
  `plate-${hashOf(Object.hasOwn(motifs, motif) ? motif : `/${seed}`).toString(36)}`
