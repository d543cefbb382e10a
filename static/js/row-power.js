// @ts-check
// Power in the list: sends a row's form without leaving the page, and asks first when players are online.
const ask = document.getElementById('row-ask')
const question = ask?.querySelector('form')

document.addEventListener('submit', (event) => {
  const form = event.target
  if (!(form instanceof HTMLFormElement) || (form !== question && !form.matches('.srv-power'))) return
  const { htmx } = /** @type {{ htmx?: { ajax(verb: string, url: string, context: object): Promise<void> } }} */ (
    window
  )
  if (!htmx || !(event.submitter instanceof HTMLButtonElement)) return
  event.preventDefault()
  void send(htmx, form, event.submitter)
})

/**
 * @param {{ ajax(verb: string, url: string, context: object): Promise<void> }} htmx
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement} button
 */
async function send(htmx, form, button) {
  button.disabled = true
  try {
    const values = { action: button.value }
    await htmx.ajax('POST', form.getAttribute('action') ?? '', { source: form, target: form, swap: 'none', values })
  } finally {
    button.disabled = false
    if (form === question) ask?.hidePopover()
  }
}

// Before the browser opens it.
document.addEventListener(
  'click',
  (event) => {
    const opener = event.target instanceof Element ? event.target.closest('[popovertarget="row-ask"]') : null
    const button = question?.querySelector('button')
    const said = question?.querySelector('p')
    if (!(opener instanceof HTMLButtonElement) || !ask || !question || !button || !said) return
    const players = Number(opener.dataset['players'])
    const online = document.createElement('strong')
    online.textContent = players === 1 ? '1 player online.' : `${players} players online.`
    said.replaceChildren(online, ' They are disconnected.')
    question.setAttribute('action', opener.form?.getAttribute('action') ?? '')
    button.value = opener.value
    button.textContent = opener.value === 'restart' ? 'Restart now' : 'Stop now'
    ask.setAttribute('aria-label', (opener.getAttribute('aria-label') ?? '').replace('…', '?'))
  },
  true,
)
