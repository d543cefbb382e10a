// @ts-check
// Power in the list: sends a row's form without leaving the page, and asks first when players are online.
const ask = document.getElementById('row-ask')
const question = ask?.querySelector('form')

document.addEventListener('submit', (event) => {
  const form = event.target
  if (!(form instanceof HTMLFormElement) || (form !== question && !form.matches('#servers li > form'))) return
  const { htmx } = /** @type {{ htmx?: { ajax(verb: string, url: string, context: object): Promise<void> } }} */ (
    window
  )
  const button = event.submitter
  if (!htmx || !(button instanceof HTMLButtonElement)) return
  event.preventDefault()
  const online = form === question ? 0 : playersBeside(form)
  if (online > 0 && button.name !== 'start') return askFirst(form, button, online)
  void send(htmx, form, button)
})

/**
 * @param {{ ajax(verb: string, url: string, context: object): Promise<void> }} htmx
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement} button
 */
async function send(htmx, form, button) {
  button.disabled = true
  try {
    const values = { [button.name]: '' }
    await htmx.ajax('POST', form.getAttribute('action') ?? '', { source: form, target: form, swap: 'none', values })
  } finally {
    button.disabled = false
    if (form === question) ask?.hidePopover()
  }
}

/**
 * As the row shows them.
 * @param {HTMLFormElement} form
 */
function playersBeside(form) {
  return Number(form.closest('li')?.querySelector('div > p:first-child b')?.textContent ?? 0)
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement} opener
 * @param {number} players
 */
function askFirst(form, opener, players) {
  const button = question?.querySelector('button')
  const said = question?.querySelector('p')
  if (!ask || !question || !button || !said) return
  const online = document.createElement('strong')
  online.textContent = players === 1 ? '1 player online.' : `${players} players online.`
  said.replaceChildren(online, ' They are disconnected.')
  question.setAttribute('action', form.getAttribute('action') ?? '')
  button.name = opener.name
  button.textContent = `${opener.textContent} now`
  ask.setAttribute('aria-label', `${opener.getAttribute('aria-label') ?? opener.textContent}?`)
  if (ask.matches(':popover-open')) ask.hidePopover()
  // `source` gives it its place at the button and the way back for the focus.
  ask.showPopover({ source: opener })
}
