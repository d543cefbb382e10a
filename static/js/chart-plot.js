// @ts-check
// One uPlot in one tile: fixed height, fixed scale, three lines of a grid, colours of the theme. uPlot itself is fetched
// when the first tile needs it.
/** @typedef {'accent' | 'note' | 'warn' | 'bad' | 'line' | 'faint'} Colour */

/** @type {Promise<any> | undefined} */
let library

/** The vendored script sets a global, so it cannot be imported. @returns {Promise<any>} */
export function loadPlot() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement('script')
    script.src = new URL('../vendor/uPlot.iife.min.js', import.meta.url).href
    script.addEventListener('load', () => resolve(/** @type {any} */ (window).uPlot))
    script.addEventListener('error', () => reject(new Error('The charts could not be loaded.')))
    document.head.append(script)
  })
  return library
}

/** Reads the theme's colours: a custom property alone comes out of getComputedStyle unresolved, `color` does not.
 * @param {HTMLElement} host */
export function createPalette(host) {
  const probe = document.createElement('span')
  probe.hidden = true
  host.append(probe)
  /** @type {Map<string, string>} */
  const known = new Map()
  return {
    /** @param {Colour} name */
    colour: (name, soft = false) => {
      const key = soft ? `${name}-soft` : name
      let value = known.get(key)
      if (value === undefined) {
        probe.style.color = soft ? `color-mix(in oklab, var(--c-${name}) 16%, transparent)` : `var(--c-${name})`
        value = getComputedStyle(probe).color
        known.set(key, value)
      }
      return value
    },
    forget: () => known.clear(),
  }
}

/**
 * @param {any} uPlot
 * @param {HTMLElement} host
 * @param {{ series: number, top: () => number, signal: () => Colour, palette: ReturnType<typeof createPalette>, range: () => [number, number], onCursor: (index: number | null) => void }} options
 */
export function createPlot(uPlot, host, { series, top, signal, palette, range, onCursor }) {
  const size = () => ({ width: Math.max(host.clientWidth, 40), height: Math.max(host.clientHeight, 24) })
  const line = (/** @type {number} */ index) => ({
    width: 1.5,
    points: { show: false },
    spanGaps: false,
    stroke: () => palette.colour(index === 0 ? signal() : signal() === 'faint' ? 'faint' : 'note'),
    ...(index === 0 ? { fill: () => palette.colour(signal(), true) } : { dash: [3, 3] }),
  })
  const plot = new uPlot(
    {
      ...size(),
      padding: [1, 0, 1, 0],
      legend: { show: false },
      cursor: { sync: { key: 'server' }, y: false, drag: { x: false, y: false }, points: { size: 5 } },
      scales: { x: { time: true, range }, y: { range: () => [0, top()] } },
      axes: [
        { show: false },
        {
          size: 0,
          gap: 0,
          values: () => [],
          ticks: { show: false },
          splits: () => [0, top() / 2, top()],
          grid: { width: 1, stroke: () => palette.colour('line') },
        },
      ],
      series: [{}, ...Array.from({ length: series }, (_, index) => line(index))],
      hooks: { setCursor: [(/** @type {any} */ self) => onCursor(self.cursor.idx ?? null)] },
    },
    undefined,
    host,
  )
  const resize = new ResizeObserver(() => plot.setSize(size()))
  resize.observe(host)
  return {
    /** @param {(number | null)[][]} data */
    draw: (data) => plot.setData(data),
    redraw: () => plot.redraw(),
    /** One sample to the left or right of where the cursor is. @param {-1 | 1} step */
    step(step) {
      const times = plot.data[0] ?? []
      const index = Math.min(times.length - 1, Math.max(0, (plot.cursor.idx ?? times.length) + step))
      if (times.length > 0) plot.setCursor({ left: plot.valToPos(times[index], 'x'), top: 0 })
    },
    leave: () => plot.setCursor({ left: -10, top: -10 }),
    close() {
      resize.disconnect()
      plot.destroy()
    },
  }
}
