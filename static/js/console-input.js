// @ts-check
// The command line: sends over the socket, keeps what was typed while it cannot, and remembers what was sent.
import { createCommandHistory } from './command-history.js'
import { remember, remembered } from './console-memory.js'

/**
 * @param {HTMLFormElement} form
 * @param {{ serverId: string, send: (text: string) => boolean, onClear: () => void, onSent: () => void }} options
 */
export function createInput(form, { serverId, send, onClear, onSent }) {
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem('command'))
  const button = /** @type {HTMLButtonElement} */ (form.querySelector('button[type=submit]'))
  const message = /** @type {HTMLElement} */ (form.querySelector('[data-command-message]'))
  const key = `stellar.commands.${serverId}`
  const history = createCommandHistory(remembered(key, []))
  const takesNone = field.disabled
  let open = false
  let state = ''

  /** @param {string} text */
  const put = (text) => {
    field.value = text
    field.setSelectionRange(text.length, text.length)
  }
  /** @param {string} text */
  const say = (text) => {
    message.textContent = text
    message.hidden = text === ''
  }

  function show() {
    if (takesNone) return
    const reason = waitingFor(open, state)
    field.placeholder = reason ?? 'Type a command'
    button.disabled = reason !== undefined
    button.title = reason ?? ''
  }

  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.isComposing) return
    if (event.key === 'ArrowUp') put(history.older(field.value))
    else if (event.key === 'ArrowDown') put(history.newer(field.value))
    else if (event.key === 'l' && event.ctrlKey) onClear()
    else return
    event.preventDefault()
  }
  field.addEventListener('keydown', onKey)
  field.addEventListener('input', () => {
    history.leave()
    say('')
  })

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const command = field.value.trim()
    if (command === '' || button.disabled) return
    if (!send(JSON.stringify({ input: command }))) return say('Not sent: the feed is lost. The text stays here.')
    remember(key, history.add(command))
    put('')
    say('')
    onSent()
  })

  for (const quick of form.querySelectorAll('[data-quick]')) {
    quick.addEventListener('click', () => {
      const what = /** @type {HTMLElement} */ (quick).dataset['quick']
      if (what === 'up') put(history.older(field.value))
      else if (what === 'down') put(history.newer(field.value))
      else put(what ?? '')
      field.focus()
    })
  }

  return {
    /** @param {boolean} next */
    connected(next) {
      open = next
      show()
    },
    /** @param {string} next */
    serverState(next) {
      state = next
      show()
    },
    /** The panel or the node refused a command. @param {string} text */
    refused: say,
    focus: () => field.focus(),
  }
}

/** Why nothing can be sent now, in a few words; undefined when it can. @param {boolean} open @param {string} state */
function waitingFor(open, state) {
  if (!open) return 'Waiting for the feed'
  if (state === 'unreachable') return 'Waiting for the node'
  if (state === 'suspended') return 'The server is suspended'
  if (state === 'stopped' || state === 'crashed') return 'Start the server to send commands'
  if (state === 'installing' || state === 'install-failed') return 'Not installed yet'
  return undefined
}
