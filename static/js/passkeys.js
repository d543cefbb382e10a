// @ts-check
// Passkeys: [data-passkey] fetches options, asks the browser, writes the answer into a field of its form and sends it.
// On the sign-in page the browser also offers passkeys while the address is typed.
const supported = 'PublicKeyCredential' in window && 'parseRequestOptionsFromJSON' in PublicKeyCredential
/** The offer that waits behind the address field; a click takes its place. */
let offering = new AbortController()

/** @param {ParentNode} root */
function show(root) {
  if (!supported) return
  for (const button of root.querySelectorAll('[data-passkey]')) {
    if (button instanceof HTMLElement) button.hidden = false
  }
  void offer()
}

document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest('[data-passkey]') : null
  if (!(button instanceof HTMLButtonElement) || !supported) return
  offering.abort()
  const form = button.form
  // Names and other fields first: nobody touches a key for a form that is not complete.
  if (button.dataset['passkey'] === 'create' && form && !form.reportValidity()) return
  void ask(button, {})
})

/**
 * @param {HTMLElement} button
 * @param {CredentialRequestOptions} more
 */
async function ask(button, more) {
  const quiet = more.mediation === 'conditional'
  if (!quiet) tell(button, '')
  try {
    const options = await fetchOptions(button.dataset['options'] ?? '')
    const credential =
      button.dataset['passkey'] === 'create'
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({
            publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
            ...more,
          })
    if (!(credential instanceof PublicKeyCredential)) return
    send(button, JSON.stringify(credential.toJSON()))
  } catch (error) {
    if (!quiet) tell(button, sentence(error))
  }
}

/** @param {string} url */
async function fetchOptions(url) {
  const response = await fetch(url, { method: 'POST', headers: { accept: 'application/json' } })
  if (response.ok) return await response.json()
  throw new Error(
    response.status === 429
      ? 'Too many tries. Wait a moment.'
      : 'This took too long. Load the page again and repeat it.',
  )
}

/**
 * @param {HTMLElement} button
 * @param {string} answer
 */
function send(button, answer) {
  const form = button.closest('form')
  const field = form?.querySelector(`input[name="${button.dataset['field']}"]`)
  if (!form || !(field instanceof HTMLInputElement)) return
  field.value = answer
  // Not requestSubmit(): what else the form wants, such as a password, is answered by the passkey.
  form.noValidate = true
  form.requestSubmit()
}

/** @param {unknown} error */
function sentence(error) {
  if (error instanceof DOMException && error.name === 'InvalidStateError')
    return 'This device has a passkey here already.'
  if (error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'AbortError')) {
    return 'No passkey was used. Try again or choose another way.'
  }
  return error instanceof Error ? error.message : 'That did not work.'
}

/**
 * @param {HTMLElement} button
 * @param {string} text
 */
function tell(button, text) {
  const place = button.parentElement?.querySelector('[data-passkey-error]')
  if (!(place instanceof HTMLElement)) return
  place.textContent = text
  place.hidden = text === ''
}

async function offer() {
  const button = document.querySelector('[data-passkey="get"][data-field="passkey"]')
  const field = document.querySelector('input[autocomplete~="webauthn"]')
  if (!(button instanceof HTMLElement) || !field || !(await PublicKeyCredential.isConditionalMediationAvailable?.()))
    return
  offering.abort()
  offering = new AbortController()
  await ask(button, { mediation: 'conditional', signal: offering.signal })
}

show(document)
document.addEventListener('htmx:after:swap', () => show(document))
