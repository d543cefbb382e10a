// @ts-check
// Popover menus: arrow keys and first letters move within; older browsers get their place at the button.
const items = '.menu :is(a, button, input, select)'
const anchored = CSS.supports('position-area', 'block-end')
/** Where many buttons share a menu, the one that was pressed. @type {Element | null} */
let pressed = null

document.addEventListener(
  'click',
  (event) => {
    pressed = event.target instanceof Element ? event.target.closest('button') : null
  },
  true,
)

document.addEventListener(
  'toggle',
  (event) => {
    const menu = event.target
    if (!(menu instanceof HTMLElement) || !menu.matches('.menu') || !('newState' in event)) return
    const source = 'source' in event && event.source instanceof Element ? event.source : pressed
    const opener = source ?? document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`)
    opener?.setAttribute('aria-expanded', String(event.newState === 'open'))
    if (event.newState !== 'open') return
    if (!anchored && opener) place(menu, opener.getBoundingClientRect())
    const first = menu.querySelector('a, button')
    if (first instanceof HTMLElement && opener?.matches(':focus-visible')) first.focus()
  },
  true,
)

document.addEventListener('keydown', (event) => {
  const menu = event.target instanceof Element ? event.target.closest('.menu:popover-open') : null
  if (!menu || event.target instanceof HTMLInputElement) return
  const all = [...menu.querySelectorAll(items)].filter((item) => item instanceof HTMLElement)
  const index = all.findIndex((item) => item === document.activeElement)
  const to =
    event.key === 'ArrowDown'
      ? index + 1
      : event.key === 'ArrowUp'
        ? index - 1
        : event.key === 'Home'
          ? 0
          : event.key === 'End'
            ? -1
            : byLetter(all, index, event)
  if (to === undefined) return
  event.preventDefault()
  const item = all.at(to % all.length)
  if (item instanceof HTMLElement) item.focus()
})

/**
 * @param {Element[]} all
 * @param {number} index
 * @param {KeyboardEvent} event
 */
function byLetter(all, index, event) {
  if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey || event.key === ' ') return undefined
  const letter = event.key.toLowerCase()
  const fits = all.flatMap((item, at) => (item.textContent?.trim().toLowerCase().startsWith(letter) ? [at] : []))
  return fits.find((at) => at > index) ?? fits[0]
}

/**
 * @param {HTMLElement} menu
 * @param {DOMRect} at
 */
function place(menu, at) {
  const gap = 4
  const { width, height } = menu.getBoundingClientRect()
  const below = at.bottom + gap + height <= innerHeight && !menu.classList.contains('up')
  const left = Math.min(Math.max(8, menu.classList.contains('up') ? at.left : at.right - width), innerWidth - width - 8)
  // Through the object model: the security policy forbids style attributes, not this.
  menu.style.position = 'fixed'
  menu.style.left = `${left}px`
  menu.style.top = `${Math.max(8, below ? at.bottom + gap : at.top - gap - height)}px`
}
