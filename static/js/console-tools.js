// @ts-check
// Level filter and the switches of the console: what is chosen stands in data attributes that the style sheet reads, and
// is remembered.
import { remember, remembered } from './console-memory.js'

const key = 'stellar.console'

/** @param {HTMLElement} root @param {{ onShown: () => void }} options called after rows were hidden or shown */
export function createTools(root, { onShown }) {
  const log = /** @type {HTMLElement} */ (root.querySelector('[data-log]'))
  const page = /** @type {HTMLElement} */ (root.closest('[data-server-page]') ?? root)
  /** @type {Record<string, unknown>} */
  const known = remembered(key, {})
  const chosen = {
    level: known['level'] === 'warn' || known['level'] === 'error' ? known['level'] : 'all',
    // A phone has no room for them unless somebody wants it so.
    times: typeof known['times'] === 'boolean' ? known['times'] : matchMedia('(width >= 56rem)').matches,
    wrap: known['wrap'] !== false,
    wide: known['wide'] === true,
    // Only for this visit: a page that talks by itself tomorrow surprises.
    aloud: false,
  }

  function show() {
    log.dataset['filter'] = chosen.level
    log.dataset['times'] = String(chosen.times)
    log.dataset['wrap'] = String(chosen.wrap)
    log.setAttribute('aria-live', chosen.aloud ? 'polite' : 'off')
    page.dataset['wide'] = String(chosen.wide)
    for (const radio of root.querySelectorAll('input[name=level]')) {
      const input = /** @type {HTMLInputElement} */ (radio)
      input.checked = input.value === chosen.level
    }
    for (const name of /** @type {const} */ (['times', 'wrap', 'wide', 'aloud'])) {
      root.querySelector(`[data-tool=${name}]`)?.setAttribute('aria-pressed', String(chosen[name]))
    }
    onShown()
  }

  root.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.name !== 'level') return
    chosen.level = target.value === 'warn' || target.value === 'error' ? target.value : 'all'
    keep()
  })
  root.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('[data-tool]') : null
    const name = button instanceof HTMLElement ? button.dataset['tool'] : undefined
    if (name !== 'times' && name !== 'wrap' && name !== 'wide' && name !== 'aloud') return
    chosen[name] = !chosen[name]
    keep()
  })
  const keep = () => {
    const { aloud: _, ...rest } = chosen
    remember(key, rest)
    show()
  }
  show()

  return {
    get filtered() {
      return chosen.level !== 'all'
    },
    /** How many warnings and errors are loaded. @param {readonly import('./console-rows.js').Row[]} rows */
    count(rows) {
      let warn = 0
      let error = 0
      let above = ''
      for (const { level } of rows) {
        // A stack trace is one error, however long.
        if (level !== above && level === 'warn') warn++
        else if (level !== above && level === 'error') error++
        above = level
      }
      put(root, 'warn', warn)
      put(root, 'error', error)
    },
  }
}

/** @param {HTMLElement} root @param {string} level @param {number} count */
function put(root, level, count) {
  const cell = root.querySelector(`[data-count=${level}]`)
  const text = count === 0 ? '' : String(count)
  if (cell && cell.textContent !== text) cell.textContent = text
}
