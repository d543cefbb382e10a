// @ts-check
// Live figures of a server page: writes the heads of the tiles and draws their last five minutes. The first figures stand
// in the page; later ones come as the event `stats` of the page's one stream.
import { columns, merge, readSample, sentence, signalOf, staleMs, windowMs } from './chart-data.js'
import { createPalette, createPlot, loadPlot } from './chart-plot.js'
import { inWords, tileKinds } from './chart-tiles.js'
import { duration } from './durations.js'
import { inZone, language } from './locale.js'

/** @typedef {import('./chart-data.js').Sample} Sample */

/** The panel has the samples in memory: slower than that it is not there. */
const fetchDeadline = 10_000

/** @param {HTMLElement} root `[data-tiles]` */
function startTiles(root) {
  const serverId = root.dataset['server'] ?? ''
  const palette = createPalette(root.parentElement ?? root)
  const life = new AbortController()
  const { signal } = life
  /** @type {readonly Sample[]} */
  let samples = []
  /** @type {Map<Element, ReturnType<typeof createTile>>} */
  let tiles = new Map()
  /** Time of the sample under the pointer. @type {number | undefined} */
  let looked

  const isStale = () => Date.now() - (samples.at(-1)?.at ?? 0) > staleMs
  /** The window ends now when values are live, so that a stale chart shows how long nothing came. */
  const range = () => /** @type {[number, number]} */ ([(Date.now() - windowMs) / 1000, Date.now() / 1000])

  const shared = {
    palette,
    range,
    isStale,
    samples: () => samples,
    looked: () => samples.find(({ at }) => at === looked),
    /** @param {number | undefined} at */
    look(at) {
      if (at === looked) return
      looked = at
      for (const tile of tiles.values()) tile.write()
    },
  }

  /** A push may have drawn the tiles anew. */
  function adopt() {
    if (!document.body.contains(root)) return stop()
    const found = new Map()
    for (const element of root.querySelectorAll('[data-tile]')) {
      if (element instanceof HTMLElement) found.set(element, tiles.get(element) ?? createTile(element, shared))
    }
    for (const [element, tile] of tiles) if (!found.has(element)) tile.close()
    tiles = found
    draw()
  }

  const draw = () => {
    if (document.hidden) return
    for (const tile of tiles.values()) tile.draw()
  }

  /** @param {readonly unknown[]} values */
  function take(values) {
    const read = values.flatMap((value) => readSample(value) ?? [])
    if (read.length === 0) return
    samples = merge(samples, read)
    draw()
  }

  async function refill() {
    try {
      const response = await fetch(root.dataset['recent'] ?? '', {
        headers: { accept: 'application/json' },
        signal: AbortSignal.any([signal, AbortSignal.timeout(fetchDeadline)]),
      })
      const { stats } = /** @type {{ stats?: unknown }} */ (response.ok ? await response.json() : {})
      if (Array.isArray(stats)) take(stats)
    } catch {
      // The stream brings the next figures; what is missing stays a hole.
    }
  }

  const onStats = (/** @type {Event} */ event) => {
    const value = readEvent(event)
    if (value && (value['serverId'] === undefined || value['serverId'] === serverId)) take([value])
  }
  function stop() {
    life.abort()
    clearInterval(timer)
    for (const tile of tiles.values()) tile.close()
  }
  const retheme = () => {
    palette.forget()
    for (const tile of tiles.values()) tile.redraw()
  }

  document.addEventListener('stats', onStats, { signal })
  // A hidden tab's stream is closed; back again, what was missed is asked for.
  document.addEventListener('htmx:sse:after:connection', () => void refill(), { signal })
  document.addEventListener('htmx:after:swap', adopt, { signal })
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', retheme, { signal })
  const theme = new MutationObserver(retheme)
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  signal.addEventListener('abort', () => theme.disconnect())
  const timer = setInterval(draw, 1000)
  adopt()
  void refill()
}

/**
 * @param {HTMLElement} element
 * @param {{ palette: ReturnType<typeof createPalette>, range: () => [number, number], isStale: () => boolean, samples: () => readonly Sample[], looked: () => Sample | undefined, look: (at: number | undefined) => void }} shared
 */
function createTile(element, { palette, range, isStale, samples, looked, look }) {
  const kind = tileKinds[element.dataset['tile'] ?? '']
  const host = element.querySelector('[data-plot]')
  const fact = element.querySelector('[data-fact]')
  /** @type {ReturnType<typeof createPlot> | undefined} */
  let plot
  let closed = false
  /** @type {(number | null)[][]} */
  let data = []

  const limit = () => {
    const known = Number(element.dataset['limit'] ?? 0)
    return known || (samples().at(-1)?.capacity ?? 0)
  }
  const highest = () =>
    data.slice(1).reduce((most, column) => column.reduce((a, b) => Math.max(a ?? 0, b ?? 0), most) ?? 0, 0)
  const colour = () => {
    if (isStale()) return 'faint'
    const now = samples().at(-1)
    const share = kind?.limited && now ? (kind.series[0]?.(now) ?? 0) / (limit() || Infinity) : 0
    return signalOf(share)
  }

  if (kind && host instanceof HTMLElement) {
    loadPlot().then(
      (uPlot) => {
        if (closed) return
        plot = createPlot(uPlot, host, {
          series: kind.series.length,
          top: () => kind.top(limit(), highest()),
          signal: colour,
          palette,
          range,
          onCursor: (index) => look(index === null ? undefined : atOf(data[0]?.[index])),
        })
        draw()
      },
      () => undefined,
    )
    host.addEventListener('keydown', (event) => {
      if (event.key === 'ArrowLeft') plot?.step(-1)
      else if (event.key === 'ArrowRight') plot?.step(1)
      else return
      event.preventDefault()
    })
    host.addEventListener('blur', () => plot?.leave())
  }

  function write() {
    if (!kind) return
    const shown = looked() ?? samples().at(-1)
    const stale = isStale()
    element.dataset['stale'] = String(stale && samples().length > 0)
    for (const [index, read] of kind.series.entries()) {
      const value = shown ? read(shown) : null
      const [number, unit] = value === null ? ['–', ''] : kind.write(value, limit())
      put(element.querySelector(`[data-now="${index}"]`), number)
      put(element.querySelector(`[data-unit="${index}"]`), unit)
    }
    put(fact, factOf(stale))
  }

  /** @param {boolean} stale */
  function factOf(stale) {
    const at = looked()?.at
    if (at !== undefined) return new Date(at).toLocaleTimeString(language, { ...inZone, hour12: false })
    const last = samples().at(-1)
    if (!last) return ''
    if (stale) return `${duration(Date.now() - last.at)} ago`
    return kind?.limited && data[1] ? `peak ${inWords(kind, highest(), limit())}` : ''
  }

  function draw() {
    if (!kind) return
    data = columns(samples(), kind.series)
    if (kind.label === 'Players') element.hidden = (samples().at(-1)?.players ?? null) === null
    write()
    plot?.draw(data)
    if (host) {
      const words = sentence(kind.label, data[1] ?? [], (value) => inWords(kind, value, limit()))
      if (host.getAttribute('aria-label') !== words) host.setAttribute('aria-label', words)
    }
  }

  return {
    draw,
    write,
    redraw: () => plot?.redraw(),
    close() {
      closed = true
      plot?.close()
    },
  }
}

/** @param {Element | null} cell @param {string} text */
function put(cell, text) {
  if (cell && cell.textContent !== text) cell.textContent = text
}

/** Back from uPlot's seconds to the milliseconds samples are known by. @param {number | null | undefined} seconds */
const atOf = (seconds) => (typeof seconds === 'number' ? Math.round(seconds * 1000) : undefined)

/** htmx dispatches a named event of the stream as a DOM event whose detail holds the text. @param {Event} event */
function readEvent(event) {
  const text = event instanceof CustomEvent ? /** @type {{ data?: unknown } | null} */ (event.detail)?.data : undefined
  if (typeof text !== 'string') return undefined
  try {
    return /** @type {Record<string, unknown>} */ (JSON.parse(text))
  } catch {
    return undefined
  }
}

/** @type {WeakSet<Element>} */
const started = new WeakSet()

function startAll() {
  for (const root of document.querySelectorAll('[data-tiles]')) {
    if (!(root instanceof HTMLElement) || started.has(root)) continue
    started.add(root)
    startTiles(root)
  }
}

startAll()
document.addEventListener('htmx:after:swap', startAll)
