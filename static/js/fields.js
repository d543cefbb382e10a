// @ts-check
// Forms: show a password, go to what is wrong, say that a form is on its way and send it once.
const summary = document.querySelector('[data-focus]')
if (summary instanceof HTMLElement) summary.focus()

document.addEventListener('htmx:after:swap', () => {
  const wrong = document.querySelector('main [data-focus]')
  if (wrong instanceof HTMLElement && document.activeElement === document.body) wrong.focus()
})

document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest('[data-reveal]') : null
  if (!(button instanceof HTMLElement)) return
  const field = document.getElementById(button.dataset['reveal'] ?? '')
  if (!(field instanceof HTMLInputElement)) return
  const shown = field.type === 'password'
  field.type = shown ? 'text' : 'password'
  button.setAttribute('aria-pressed', String(shown))
  button.querySelector('use')?.setAttribute('href', `/static/img/icons.svg#${shown ? 'eye-off' : 'eye'}`)
})

// After htmx had its chance to take the form over.
window.addEventListener('submit', (event) => {
  const form = event.target
  if (!(form instanceof HTMLFormElement) || form.method !== 'post' || event.defaultPrevented) return
  if (form.hasAttribute('data-sent')) {
    event.preventDefault()
    return
  }
  form.setAttribute('data-sent', '')
  const button = event.submitter ?? form.querySelector('[type="submit"]')
  button?.setAttribute('aria-busy', 'true')
})

// Back from the next page: the form can be sent again.
window.addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('[data-sent]')) form.removeAttribute('data-sent')
  for (const button of document.querySelectorAll('.button[aria-busy]')) button.removeAttribute('aria-busy')
})
