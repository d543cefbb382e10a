// @ts-check
// “…” of a row opens the one menu of the list, with its links pointed at that row's server.
const menu = document.getElementById('row-menu')

document.addEventListener('click', (event) => {
  const opener = event.target instanceof Element ? event.target.closest('.srv-power > a') : null
  if (!menu || !(opener instanceof HTMLElement) || event.ctrlKey || event.metaKey) return
  event.preventDefault()
  const id = opener.closest('.srv')?.id.replace(/^srv-/, '') ?? ''
  for (const link of menu.querySelectorAll('a[data-pattern]')) {
    link.setAttribute('href', (link.getAttribute('data-pattern') ?? '').replace(':id', encodeURIComponent(id)))
  }
  menu.setAttribute('aria-label', opener.getAttribute('aria-label') ?? 'Server')
  // `source` gives it its place at the button and the way back for the focus.
  if (menu.matches(':popover-open')) menu.hidePopover()
  else menu.showPopover({ source: opener })
  place(menu, opener)
})

/**
 * Where the browser does not tie a popover that a script opened to its button.
 * @param {HTMLElement} element
 * @param {HTMLElement} opener
 */
function place(element, opener) {
  if (!element.matches(':popover-open')) return
  const at = opener.getBoundingClientRect()
  const { width, height } = element.getBoundingClientRect()
  const below = at.bottom + 4 + height <= innerHeight
  element.style.positionArea = 'none'
  element.style.left = `${Math.max(8, Math.min(at.right - width, innerWidth - width - 8))}px`
  element.style.top = `${Math.max(8, below ? at.bottom + 4 : at.top - 4 - height)}px`
  const first = element.querySelector('a')
  if (first && opener.matches(':focus-visible')) first.focus()
}
