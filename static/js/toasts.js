// @ts-check
// Short sentences at the edge: gone after ten seconds unless pointed at or focused. Failures stay until dismissed.
// document.dispatchEvent(new CustomEvent('stellar:toast', { detail: { text: '…', kind: 'ok' | 'bad' } })).
import { icon } from './icon.js'

const staysMs = 10_000
const mostShown = 4
const box = document.getElementById('toasts')

for (const toast of box?.querySelectorAll('[data-toast]') ?? []) expire(toast)

document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest('[data-dismiss]') : null
  button?.closest('.toast, .banner')?.remove()
})

document.addEventListener('stellar:toast', (event) => {
  if (!box || !(event instanceof CustomEvent)) return
  const { text, kind = 'ok' } = event.detail
  const toast = document.createElement('div')
  toast.className = kind === 'bad' ? 'toast row bad' : 'toast row'
  toast.role = kind === 'bad' ? 'alert' : 'status'
  const words = document.createElement('p')
  words.textContent = String(text)
  const close = document.createElement('button')
  close.type = 'button'
  close.className = 'button ghost icon-only small'
  close.setAttribute('data-dismiss', '')
  close.setAttribute('aria-label', 'Dismiss')
  close.append(icon('x'))
  toast.append(icon(kind === 'bad' ? 'circle-alert' : 'circle-check'), words, close)
  box.append(toast)
  while (box.children.length > mostShown) box.firstElementChild?.remove()
  expire(toast)
})

// What went wrong with a request that htmx made. 422 carries its form again and needs no toast.
document.addEventListener('htmx:response:error', (event) => {
  if (!(event instanceof CustomEvent)) return
  const response = event.detail?.ctx?.response
  const status = response?.status ?? 0
  if (status === 422 || (event.target instanceof Element && event.target.id === 'stream')) return
  if (status === 401) {
    location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`)
    return
  }
  // The answer brings a sentence of its own.
  if (response?.headers?.get('hx-reswap') === 'none') return
  const reference = response?.headers?.get('x-request-id')
  const wait = Number(response?.headers?.get('retry-after'))
  const reason =
    status === 403
      ? 'You may not do this.'
      : status === 404
        ? 'It is not there any more.'
        : status === 409
          ? 'It changed in the meantime; load the page again.'
          : status === 429
            ? `Too many requests.${wait > 0 ? ` Wait ${wait} s.` : ''}`
            : 'Stellar could not do it.'
  const text = `Not done. ${reason}${reference && status >= 500 ? ` Reference ${reference}.` : ''}`
  document.dispatchEvent(new CustomEvent('stellar:toast', { detail: { text, kind: 'bad' } }))
})

/** @param {Element} toast */
function expire(toast) {
  if (toast.classList.contains('bad')) return
  const check = () => {
    if (toast.matches(':hover, :focus-within')) setTimeout(check, 2000)
    else toast.remove()
  }
  setTimeout(check, staysMs)
}
