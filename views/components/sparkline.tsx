// The last minutes as a line. Decoration: the number beside it is the content.
import { loadClass } from './meter.tsx'

export interface SparklineProps {
  /** Oldest first. */
  readonly values: readonly number[]
  readonly max: number
}

const width = 72
const height = 24
/** More points than this cannot be told apart at its size, and a list of servers has one for each. */
const mostPoints = 36

export function Sparkline({ values: all, max }: SparklineProps) {
  const every = Math.ceil(all.length / mostPoints)
  const values = all.filter((_, index) => (all.length - 1 - index) % every === 0)
  const limit = Math.max(max, 1)
  const step = values.length > 1 ? width / (values.length - 1) : 0
  const points = values.map((value, index) => {
    const y = height - 1 - Math.min(1, Math.max(0, value / limit)) * (height - 3)
    return `${Math.round(index * step * 10) / 10} ${Math.round(y * 10) / 10}`
  })
  return (
    <svg
      class={`spark ${loadClass(values.at(-1) ?? 0, limit)}`.trim()}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {points.length > 1 ? (
        <>
          <path class="area" d={`M0 ${height}L${points.join('L')}L${width} ${height}z`} />
          <path class="line" d={`M${points.join('L')}`} />
        </>
      ) : null}
    </svg>
  )
}
