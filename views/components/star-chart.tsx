// The printed star chart: rings, hour lines, graduated edge, a fixed field of stars. Only outside the work area. It is
// a file of eleven kilobytes that browsers keep, not a part of every page; the constellation over it is drawn here.

const size = 1000

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
        <use class="lines" href="/static/img/star-chart.svg#chart" />
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
