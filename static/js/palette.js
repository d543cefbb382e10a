// @ts-check
// The command palette: a dialog with a combobox over pages, actions and servers. Everything in it is a link that also stands
// on some page; servers come from the list's own address.
import { icon } from './icon.js'
import { match } from './palette-match.js'

const waitMs = 120
const mostEach = 8

/** @typedef {{ group: 'Servers' | 'Pages' | 'Actions', label: string, detail: string, href: string, icon: string }} Entry */

/** @type {Entry[]} */
const actions = [
  { group: 'Actions', label: 'Create server', detail: '', href: '/servers/new', icon: 'plus' },
  {
    group: 'Actions',
    label: 'Servers that need you',
    detail: '',
    href: '/servers?state=attention',
    icon: 'triangle-alert',
  },
]

export function openPalette() {
  if (document.querySelector('dialog.palette[open]')) return
  const { dialog, input, list, status } = build()
  /** @type {Entry[]} */
  let pages = linksOf(document)
  /** @type {Entry[]} */
  let servers = rowsOf(document)
  let selected = 0
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  /** @type {AbortController | undefined} */
  let request

  const options = () => [...list.querySelectorAll('[role="option"]')]
  const draw = () => {
    const typed = input.value.trim()
    list.replaceChildren()
    for (const group of /** @type {const} */ (['Servers', 'Pages', 'Actions'])) {
      const fits = [...servers, ...pages, ...actions]
        .filter((entry) => entry.group === group)
        .flatMap((entry) => {
          const found = match(entry.label, typed) ?? (match(entry.detail, typed) && { score: 0.5, parts: [] })
          return found ? [{ entry, ...found }] : []
        })
        .toSorted((a, b) => b.score - a.score)
        .slice(0, mostEach)
      if (fits.length > 0) list.append(heading(group), ...fits.map(({ entry, parts }) => option(entry, parts)))
    }
    select(0)
    const count = options().length
    status.textContent = count === 0 ? `Nothing fits “${typed}”` : ''
    status.hidden = count > 0
  }
  /** @param {number} index */
  const select = (index) => {
    const all = options()
    selected = all.length === 0 ? 0 : (index + all.length) % all.length
    for (const [at, element] of all.entries()) {
      element.id = `palette-${at}`
      element.setAttribute('aria-selected', String(at === selected))
    }
    input.setAttribute('aria-activedescendant', all.length > 0 ? `palette-${selected}` : '')
    if (index !== 0) all[selected]?.scrollIntoView({ block: 'nearest' })
  }
  /** @param {boolean} aside */
  const go = (aside) => {
    const href = options()[selected]?.getAttribute('data-href')
    if (!href) return
    if (aside) window.open(href, '_blank', 'noopener')
    else location.assign(href)
    dialog.close()
  }
  const ask = async () => {
    request?.abort()
    request = new AbortController()
    try {
      const address = `/servers?q=${encodeURIComponent(input.value.trim())}`
      const answer = await fetch(address, { signal: request.signal, headers: { Accept: 'text/html' } })
      if (!answer.ok || answer.redirected) return
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
      servers = rowsOf(page)
      pages = merged(pages, linksOf(page))
      draw()
    } catch {
      // The network is gone or something newer was typed: what is known stays.
    }
  }

  input.addEventListener('input', () => {
    draw()
    clearTimeout(timer)
    timer = setTimeout(() => void ask(), waitMs)
  })
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      select(selected + (event.key === 'ArrowDown' ? 1 : -1))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      go(event.metaKey || event.ctrlKey)
    }
  })
  list.addEventListener('pointermove', (event) => {
    const at = options().findIndex((element) => element.contains(/** @type {Node} */ (event.target)))
    if (at >= 0 && at !== selected) select(at)
  })
  list.addEventListener('click', (event) => go(event.metaKey || event.ctrlKey))
  dialog.addEventListener('close', () => {
    request?.abort()
    clearTimeout(timer)
    dialog.remove()
  })
  document.body.append(dialog)
  dialog.showModal()
  input.focus()
  draw()
  void ask()
}

function build() {
  const dialog = document.createElement('dialog')
  dialog.className = 'dialog palette'
  dialog.setAttribute('aria-label', 'Search and go')
  const top = document.createElement('div')
  top.className = 'palette-input row'
  const input = document.createElement('input')
  input.type = 'text'
  input.placeholder = 'Search servers, pages, actions'
  input.autocomplete = 'off'
  input.spellcheck = false
  for (const [name, value] of Object.entries({
    role: 'combobox',
    'aria-label': 'Search servers, pages, actions',
    'aria-expanded': 'true',
    'aria-controls': 'palette-list',
    'aria-autocomplete': 'list',
  }))
    input.setAttribute(name, value)
  const escape = document.createElement('button')
  escape.type = 'button'
  escape.className = 'button ghost small'
  escape.setAttribute('data-close', '')
  escape.textContent = 'Esc'
  escape.setAttribute('aria-label', 'Esc: close')
  top.append(icon('search'), input, escape)
  const list = document.createElement('div')
  list.id = 'palette-list'
  list.role = 'listbox'
  list.setAttribute('aria-label', 'Found')
  const status = document.createElement('p')
  status.className = 'none'
  status.role = 'status'
  status.hidden = true
  const foot = document.createElement('footer')
  foot.className = 'row'
  for (const [key, words] of [
    ['↑ ↓', 'move'],
    ['↵', 'go'],
    ['Ctrl ↵', 'new tab'],
  ]) {
    const hint = document.createElement('span')
    const mark = document.createElement('kbd')
    mark.className = 'kbd'
    mark.textContent = key ?? ''
    hint.append(mark, ` ${words}`)
    foot.append(hint)
  }
  dialog.append(top, list, status, foot)
  return { dialog, input, list, status }
}

/**
 * @param {Document} page
 * @returns {Entry[]}
 */
function linksOf(page) {
  return [...page.querySelectorAll('.rail a[data-jump]')].map((link) => ({
    group: 'Pages',
    label: textOf(link.querySelector('span')) || textOf(link),
    detail: '',
    href: link.getAttribute('href') ?? '',
    icon: link.querySelector('use')?.getAttribute('href')?.split('#')[1] ?? 'file-text',
  }))
}

/**
 * @param {Document} page
 * @returns {Entry[]}
 */
function rowsOf(page) {
  return [...page.querySelectorAll('#servers li')].map((row) => ({
    group: 'Servers',
    label: textOf(row.querySelector('a')),
    detail: textOf(row.querySelector('div + button')),
    href: row.querySelector('a')?.getAttribute('href') ?? '',
    icon: 'server',
  }))
}

/**
 * @param {Entry[]} known
 * @param {Entry[]} more
 */
function merged(known, more) {
  return [...known, ...more.filter(({ href }) => !known.some((entry) => entry.href === href))]
}

/** @param {Element | null} element */
function textOf(element) {
  return element?.textContent?.trim().replace(/\s+/g, ' ') ?? ''
}

/** @param {string} group */
function heading(group) {
  const element = document.createElement('div')
  element.role = 'presentation'
  element.textContent = group
  return element
}

/**
 * @param {Entry} entry
 * @param {[number, number][]} parts
 */
function option(entry, parts) {
  const element = document.createElement('div')
  element.role = 'option'
  element.setAttribute('data-href', entry.href)
  const label = document.createElement('span')
  let at = 0
  for (const [start, end] of parts) {
    const mark = document.createElement('mark')
    mark.textContent = entry.label.slice(start, end)
    label.append(entry.label.slice(at, start), mark)
    at = end
  }
  label.append(entry.label.slice(at))
  element.append(icon(entry.icon), label)
  if (entry.detail) {
    const detail = document.createElement('span')
    detail.className = 'mono'
    detail.textContent = entry.detail
    element.append(detail)
  }
  return element
}
