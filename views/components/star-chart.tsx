// The printed star chart: rings, hour lines, graduated edge, a fixed field of stars. Only outside the work area.

const size = 1000
const middle = size / 2
const rings = [80, 160, 240, 320, 400, 480]
const round = (value: number): number => Math.round(value * 10) / 10
const polar = (radius: number, degrees: number): string => {
  const angle = (degrees * Math.PI) / 180
  return `${round(middle + radius * Math.cos(angle))} ${round(middle + radius * Math.sin(angle))}`
}

const hours = Array.from({ length: 24 }, (_, hour) => `M${polar(80, hour * 15)}L${polar(480, hour * 15)}`).join('')
const ticks = Array.from({ length: 360 }, (_, degree) => {
  const length = degree % 15 === 0 ? 14 : degree % 5 === 0 ? 11 : 6
  return `M${polar(480, degree)}L${polar(480 + length, degree)}`
}).join('')

/** Golden-angle spiral with a fixed disturbance: even, and never in rows. */
const stars = Array.from({ length: 70 }, (_, index) => {
  const angle = index * 137.508 + ((index * 53) % 17) * 3
  const radius = 470 * Math.sqrt(((index * 29) % 70) / 70 + 0.012)
  const [x, y] = polar(radius, angle).split(' ')
  return { x, y, r: index % 9 === 0 ? 4.6 : index % 4 === 0 ? 2.8 : 1.1 }
})

const figure = [
  [172, 437, 6.5],
  [254, 350, 8.5],
  [363, 376, 6],
  [456, 293, 10.5],
  [560, 342, 7.5],
  [657, 252, 8.5],
  [775, 300, 6.5],
  [716, 422, 9.5],
] as const

export function StarChart({ withFigure = false }: { readonly withFigure?: boolean }) {
  return (
    <div class="chart" aria-hidden="true">
      <svg viewBox={`0 0 ${size} ${size}`} fill="none" stroke="currentColor">
        <g class="lines">
          {rings.map((radius) => (
            <circle cx={middle} cy={middle} r={radius} />
          ))}
          <path d={hours} />
          <path d={ticks} />
          <g fill="currentColor" stroke="none">
            {stars.map(({ x, y, r }) => (
              <circle cx={x} cy={y} r={r} />
            ))}
          </g>
        </g>
        {withFigure ? (
          <g class="figure">
            <path
              stroke-width="1.6"
              d={`M${figure.map(([x, y]) => `${x} ${y}`).join('L')}L${figure[4][0]} ${figure[4][1]}`}
            />
            {figure.map(([x, y, r]) => (
              <circle cx={x} cy={y} r={r} fill="currentColor" stroke="none" />
            ))}
          </g>
        ) : null}
      </svg>
    </div>
  )
}
