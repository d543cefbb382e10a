// @ts-check
// The page's one polite live region. Anybody may say something:
// document.dispatchEvent(new CustomEvent('stellar:announce', { detail: 'Copied' })). What comes within three seconds is joined.
const joinMs = 3000
const region = document.getElementById('announce')
/** @type {string[]} */
let said = []
/** @type {ReturnType<typeof setTimeout> | undefined} */
let clearing

document.addEventListener('stellar:announce', (event) => {
  if (!region || !(event instanceof CustomEvent) || typeof event.detail !== 'string') return
  if (said.at(-1) !== event.detail) said.push(event.detail)
  region.textContent = said.join('. ')
  clearTimeout(clearing)
  clearing = setTimeout(() => {
    said = []
    region.textContent = ''
  }, joinMs)
})

// A list that was filtered says how long it is now.
document.addEventListener('htmx:after:swap', (event) => {
  const form = event.target
  if (!(form instanceof Element) || !form.matches('form[role="search"]')) return
  const list = document.querySelector('[data-announce]')
  const words = list instanceof HTMLElement ? list.dataset['announce'] : undefined
  if (words) document.dispatchEvent(new CustomEvent('stellar:announce', { detail: words }))
})
