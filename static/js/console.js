// @ts-check
// The live console of a server page: one WebSocket, a window of the log, a command line. Everything here is an addition to
// a page that already shows the last lines and a form.
import { createHistory } from './console-history.js'
import { createInput } from './console-input.js'
import { createLostBanner } from './console-lost.js'
import { createRecordReader } from './console-records.js'
import { createSearch } from './console-search.js'
import { openSocket } from './console-socket.js'
import { createTools } from './console-tools.js'
import { createView } from './console-view.js'
import { watchState } from './server-state.js'

const linesAtFirst = 500
/** @param {HTMLElement} root */
function startConsole(root) {
  const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (root.querySelector(`[data-log-${name}]`))
  const data = (/** @type {string} */ name) => root.dataset[name] ?? ''
  const scroller = /** @type {HTMLElement} */ (root.querySelector('[data-log]'))
  const list = part('lines')
  const older = /** @type {HTMLButtonElement} */ (part('older'))
  const begin = part('begin')
  const pill = /** @type {HTMLButtonElement} */ (part('pill'))
  const plain = part('plain')
  const life = new AbortController()
  const history = createHistory({ historyUrl: data('history'), searchUrl: data('search') })
  let reader = createRecordReader()
  let loading = false
  /** Number of the oldest line there is, once it is known. */
  let oldest = 1

  const view = createView(scroller, list, { onChange: show })
  const tools = createTools(root, { onShown: () => view.following && view.toEnd() })
  const search = createSearch(root, { view, history, list, jump })
  const lost = createLostBanner(data('server'), () => socket.tryNow())
  const form = root.querySelector('form[data-command]')
  const input =
    form instanceof HTMLFormElement
      ? createInput(form, {
          serverId: data('server'),
          send: (text) => socket.send(text),
          onClear: clear,
          onSent: follow,
        })
      : undefined

  function show() {
    if (!root.isConnected) return stop()
    const { behind, following, rows } = view
    const first = rows[0]?.from
    begin.hidden = first === undefined || first > oldest
    older.hidden = !begin.hidden || view.newest === 0
    pill.hidden = following
    const text = behind > 0 ? `${behind.toLocaleString()} new ${behind === 1 ? 'line' : 'lines'}` : 'Follow'
    const label = /** @type {HTMLElement} */ (pill.lastElementChild)
    if (label.textContent !== text) label.textContent = text
    tools.count(rows)
    search.showCount()
  }

  /** One question to the history at a time. @param {() => Promise<void>} ask */
  async function load(ask) {
    if (loading) return
    loading = true
    older.disabled = true
    older.textContent = 'Loading older lines…'
    try {
      await ask()
      older.textContent = 'Load older lines'
    } catch (error) {
      older.textContent = `Older lines could not be loaded. ${error instanceof Error ? error.message : ''} Try again`
    } finally {
      loading = false
      older.disabled = false
    }
  }

  const loadOlder = () =>
    load(async () => {
      const first = view.rows[0]?.from ?? view.newest + 1
      const { records, more } = await history.before(first)
      if (!more || records.length === 0) oldest = records[0]?.number ?? first
      view.prepend(records)
      show()
      // Still in view after that, e.g. a short log in a tall window: observed anew it says so again.
      above.unobserve(older)
      above.observe(older)
    })

  /** Somebody came to the end of what is drawn. */
  function onward() {
    const next = view.takeNext()
    if (next && next.length === 0) return follow()
    if (next) return view.extend(next)
    void load(async () => {
      const records = await history.after(view.rows.at(-1)?.record.number ?? 0)
      // Nothing between is kept any more: go on with what came over the socket.
      if (records.length === 0) follow()
      else view.extend(records)
    })
  }

  function follow() {
    if (!view.follow()) void load(async () => view.replaceAtEnd((await history.before(view.newest + 1)).records))
  }

  function clear() {
    view.clear()
    show()
  }

  /** @param {number} number */
  async function jump(number) {
    const here = () => view.rows.find(({ record, from }) => from <= number && record.number >= number)
    if (!here()) await load(async () => view.replace((await history.around(number)).records))
    const row = here()
    if (!row) return
    view.unfollow()
    list.querySelector('.target')?.classList.remove('target')
    row.element.classList.add('target')
    row.element.scrollIntoView({ block: 'center' })
    scroller.focus({ preventScroll: true })
  }

  let lastTop = 0
  const onScroll = () => {
    const top = scroller.scrollTop
    const up = top < lastTop
    lastTop = top
    if (view.following) {
      if (up && !view.atEnd()) view.unfollow()
      return
    }
    if (view.atEnd() && !up) onward()
  }

  const socket = openSocket({
    address: () => {
      const url = new URL(data('socket'), location.href)
      url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:'
      if (view.newest > 0) url.searchParams.set('after', String(view.newest))
      else url.searchParams.set('tail', String(linesAtFirst))
      return url.href
    },
    onOpen: () => {
      reader = createRecordReader()
      lost.back()
      input?.connected(true)
    },
    onFrame: (frame) => {
      const records = reader.read(frame)
      // Before anything is drawn: the log is laid out another way while these lines stand in for it.
      if (records.length > 0 && plain?.isConnected) {
        plain.remove()
        scroller.classList.remove('before-script')
      }
      view.push(records)
    },
    onText: (text) => {
      const reason = refusal(text)
      if (reason !== undefined) input?.refused(reason)
    },
    // Its answer is the sign-in page, or a sentence about what is missing.
    onDismissed: () => location.reload(),
    onLost: (nextTryAt) => {
      input?.connected(false)
      lost.lost(nextTryAt)
    },
  })

  function stop() {
    socket.close()
    lost.stop()
    life.abort()
  }

  const { signal } = life
  scroller.addEventListener('scroll', onScroll, { passive: true, signal })
  scroller.addEventListener('keydown', (event) => {
    if (event.key === 'End') follow()
    else if (event.key === 'l' && event.ctrlKey) clear()
    else return
    event.preventDefault()
  })
  older.addEventListener('click', () => void loadOlder(), { signal })
  pill.addEventListener('click', follow, { signal })
  // The upper end comes into view: load what is above, unless rows are hidden and it always is in view.
  const above = new IntersectionObserver(
    ([entry]) => {
      if (entry?.isIntersecting && !older.hidden && !tools.filtered && view.rows.length > 0) void loadOlder()
    },
    { root: scroller, rootMargin: '200px 0px 0px 0px' },
  )
  above.observe(older)
  const size = new ResizeObserver(() => view.following && view.toEnd())
  size.observe(scroller)
  const state = watchState(data('server'), {
    onState: (value, phase) => {
      input?.serverState(value)
      const page = root.closest('[data-server-page]')
      if (page instanceof HTMLElement) page.dataset['phase'] = phase
    },
    onGone: () => location.assign(data('list')),
  })
  signal.addEventListener('abort', () => {
    above.disconnect()
    size.disconnect()
    state.disconnect()
  })
  root.dataset['live'] = ''
}

/** Why a command was not sent; undefined for what the panel tells besides. @param {string} text */
function refusal(text) {
  try {
    const { error } = /** @type {{ error?: unknown }} */ (JSON.parse(text))
    return typeof error === 'string' ? error : undefined
  } catch {
    return undefined
  }
}

/** Pages can also come by a swap, so look again after each. */
function startAll() {
  for (const root of document.querySelectorAll('[data-console]:not([data-live])')) {
    if (root instanceof HTMLElement) startConsole(root)
  }
}

startAll()
document.addEventListener('htmx:after:swap', startAll)
