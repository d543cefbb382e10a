// The plate of a blueprint: a two-hue night, a fixed field of stars and one line drawing. Colours come from the `color`
// attribute and the style sheet; nothing is inline.
import { constellation, motifs, type Stroke } from './motifs.ts'

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

/** Plates of a list: each drawing stands once, however many servers show it. */
export interface SharedPlates {
  /** The id that <use> points at. */
  idOf(plate: PlateProps['plate'], seed: string): string
  readonly drawings: readonly { readonly id: string; readonly plate: PlateProps['plate']; readonly seed: string }[]
}

export function sharedPlates(plates: readonly Omit<PlateProps, 'large'>[]): SharedPlates {
  const drawings = new Map<string, SharedPlates['drawings'][number]>()
  for (const { plate, seed } of plates) {
    const key = drawingKey(plate, seed)
    if (!drawings.has(key)) drawings.set(key, { id: `p${drawings.size}`, plate, seed })
  }
  return {
    idOf: (plate, seed) => drawings.get(drawingKey(plate, seed))?.id ?? '',
    drawings: [...drawings.values()],
  }
}

export function PlateDrawings({ drawings }: Pick<SharedPlates, 'drawings'>) {
  return (
    <svg class="sr" aria-hidden="true">
      {drawings.map(({ id, plate, seed }) => (
        // Attributes: rules of the style sheet that name an ancestor do not reach into what <use> shows.
        <>
          {/* The same night as of .plate in the style sheet: 150 degrees through the middle square. */}
          <linearGradient id={`${id}n`} gradientUnits="userSpaceOnUse" x1="39.5" y1="-5.5" x2="80.5" y2="65.5">
            <stop stop-color={`oklch(42% 0.075 ${plate.hue})`} />
            <stop offset="1" stop-color={`oklch(27% 0.055 ${plate.hue + 24})`} />
          </linearGradient>
          <symbol
            id={id}
            viewBox="0 0 120 60"
            preserveAspectRatio="xMidYMid slice"
            color={colourOf(plate)}
            fill="none"
            stroke="currentColor"
            stroke-width="1.4"
            stroke-linecap="round"
            stroke-linejoin="round"
          >
            <path d="M0 0h120v60H0z" fill={`url(#${id}n)`} stroke="none" />
            {strokesOf(plate.motif, seed).map(({ d, fill }) => (
              <path
                d={d}
                vector-effect="non-scaling-stroke"
                {...(fill ? { fill: 'currentColor', 'fill-opacity': '0.3' } : {})}
              />
            ))}
          </symbol>
        </>
      ))}
    </svg>
  )
}

const colourOf = ({ hue }: PlateProps['plate']): string => `oklch(91% 0.06 ${hue})`

const strokesOf = (motif: string, seed: string): readonly Stroke[] =>
  (Object.hasOwn(motifs, motif) ? motifs[motif] : undefined) ?? constellation(seed)

/** What is drawn alike has the same: a known motif is, whatever the blueprint. */
const drawingKey = ({ motif, hue }: PlateProps['plate'], seed: string): string =>
  `${hue} ${Object.hasOwn(motifs, motif) ? motif : `/${seed}`}`
