// @ts-check
// The keyboard: ⌘K or Ctrl K, and single letters outside fields. Letters can be turned off in Account.
const letters = () => localStorage.getItem('stellar-letter-keys') !== 'off'
const places = { s: '/servers', a: '/activity', n: '/nodes', b: '/blueprints', p: '/plugins' }
/** How long `g` waits for its second letter. */
const chordMs = 1500
let chordUntil = 0

for (const key of document.querySelectorAll('[data-mod]')) {
  if (/Mac|iPhone|iPad/.test(navigator.platform)) key.textContent = `⌘${key.getAttribute('data-mod')}`
}

document.addEventListener('click', (event) => {
  const opener = event.target instanceof Element ? event.target.closest('[data-palette]') : null
  if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  void openPalette()
})

document.addEventListener('keydown', (event) => {
  if (event.key.toLowerCase() === 'k' && (event.metaKey || event.ctrlKey) && !event.shiftKey && !event.altKey) {
    if (!document.querySelector('[data-palette]')) return
    event.preventDefault()
    void openPalette()
    return
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return
  if (document.querySelector('dialog[open], .menu:popover-open') || !letters()) return
  if (chordUntil > Date.now()) {
    chordUntil = 0
    const href = Object.entries(places).find(([letter]) => letter === event.key)?.[1]
    if (href && document.querySelector(`a[href="${href}"]`)) location.assign(href)
    return
  }
  letter(event)
})

/** @param {KeyboardEvent} event */
function letter(event) {
  switch (event.key) {
    case 'g':
      chordUntil = Date.now() + chordMs
      return
    case '/':
      return focus(event, document.querySelector('main [data-slash]'))
    case 'j':
      return focus(event, row(1))
    case 'k':
      return focus(event, row(-1))
    case '?':
      event.preventDefault()
      void import('./keys-help.js').then(({ openHelp }) => openHelp())
      return
    case '.':
      return focus(event, document.querySelector('.helm-end :is(button, a)'))
  }
  const places = document.querySelectorAll('.rail .nav-title + .nav a')
  const tab = document.querySelector('.helm') ? places[Number(event.key) - 1] : undefined
  if (tab instanceof HTMLAnchorElement) location.assign(tab.href)
}

/** @param {1 | -1} step */
function row(step) {
  const rows = [...document.querySelectorAll('main :is([data-row], #servers li > a)')]
  const index = rows.findIndex((link) => link === document.activeElement)
  return rows[index < 0 && step < 0 ? rows.length - 1 : index + step] ?? null
}

/**
 * @param {KeyboardEvent} event
 * @param {Element | null} element
 */
function focus(event, element) {
  if (!(element instanceof HTMLElement)) return
  event.preventDefault()
  element.focus()
  element.scrollIntoView({ block: 'nearest' })
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input:not([type="checkbox"], [type="radio"]), textarea, select'))
  )
}

async function openPalette() {
  const { openPalette: open } = await import('./palette.js')
  open()
}

const setting = document.querySelector('[data-setting="letter-keys"]')
if (setting instanceof HTMLInputElement) {
  setting.checked = letters()
  setting.addEventListener('change', () => localStorage.setItem('stellar-letter-keys', setting.checked ? 'on' : 'off'))
}
