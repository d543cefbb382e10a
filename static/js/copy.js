// @ts-check
// Click on [data-copy] copies its value, or its text where that is all there is; the icon turns to a check for two seconds.
// A row of the server list is known by its place.
const copies = '[data-copy], #servers li > div + button'
const doneMs = 2000

document.addEventListener('pointerover', (event) => {
  const button = event.target instanceof Element ? event.target.closest('#servers li > div + button') : null
  if (button instanceof HTMLElement) button.title = 'Copy the address'
})

document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest(copies) : null
  if (!(button instanceof HTMLElement)) return
  // Somebody who marks the text wants that part, not all of it.
  if (String(getSelection() ?? '') !== '' && button.matches('.copy, li > button')) return
  void copyFrom(button)
})

/** @param {HTMLElement} button */
async function copyFrom(button) {
  const copied = await copy(button.dataset['copy'] || (button.textContent ?? '').trim())
  const words = copied ? 'Copied' : 'Not copied: mark the text and copy it with the keyboard'
  document.dispatchEvent(new CustomEvent('stellar:announce', { detail: words }))
  if (!copied) return
  const use = button.querySelector('use')
  use?.setAttribute('href', '/static/img/icons.svg#check')
  button.classList.add('done')
  setTimeout(() => {
    use?.setAttribute('href', '/static/img/icons.svg#copy')
    button.classList.remove('done')
  }, doneMs)
}

/** @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // The clipboard is only given to pages over HTTPS; a panel in a home network often has none.
    return copyBySelection(text)
  }
}

/** @param {string} text */
function copyBySelection(text) {
  const focused = document.activeElement
  const area = document.createElement('textarea')
  area.value = text
  area.className = 'sr'
  area.readOnly = true
  document.body.append(area)
  area.select()
  const copied = document.execCommand('copy')
  area.remove()
  if (focused instanceof HTMLElement) focused.focus()
  return copied
}
