// The last minutes as a line. Decoration: the number beside it is the content.
import { loadClass } from './meter.tsx'

export interface SparklineProps {
  /** Oldest first. */
  readonly values: readonly number[]
  readonly max: number
}

const height = 20
/** More points than this cannot be told apart at its size, and a list of servers has one for each. */
const mostPoints = 20

export function Sparkline({ values: all, max }: SparklineProps) {
  const every = Math.ceil(all.length / mostPoints)
  const values = all.filter((_, index) => (all.length - 1 - index) % every === 0)
  const limit = Math.max(max, 1)
  return (
    <svg
      class={`spark ${loadClass(values.at(-1) ?? 0, limit)}`.trim()}
      viewBox={`0 0 ${Math.max(1, values.length - 1)} ${height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {values.length > 1 ? <path d={outline(values, limit)} /> : null}
    </svg>
  )
}

/** Line and area in one: its sides and its foot lie outside what is shown. In steps, which are short. */
function outline(values: readonly number[], limit: number): string {
  const ys = values.map((value) => height - 1 - Math.round(Math.min(1, Math.max(0, value / limit)) * (height - 3)))
  const steps = ys.map((y, index) => (index === 0 ? '' : ` 1 ${y - (ys[index - 1] ?? 0)}`)).join('')
  return `M-1 ${height + 2}V${ys[0]}h1l${steps.replaceAll(' -', '-').trim()}h1V${height + 2}z`
}
