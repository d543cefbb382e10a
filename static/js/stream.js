// @ts-check
// The page's one event stream: when it is silent or gone for ten seconds, values are marked stale and a banner says since
import { inZone, language } from './locale.js'

// when. The server sends the named event `ping` every few seconds; until the first one only a broken connection counts.
const lostAfterMs = 10_000
const checkEveryMs = 1000
/** After an answer that is no stream at all, e.g. while the panel starts again. */
const retryMs = 5000

const stream = document.getElementById('stream')
const place = document.getElementById('lost')
/** Last moment at which everything shown was true. */
let heardAt = Date.now()
let connected = false
let beats = false
let hiddenAt = 0

if (stream && place) watch(stream, place)

/**
 * @param {HTMLElement} element
 * @param {HTMLElement} banner
 */
function watch(element, banner) {
  const heard = () => {
    heardAt = Date.now()
    if (!banner.hidden) recover(banner)
  }
  // has-script.js notes it on the element too, for it may have happened already.
  connected = element.hasAttribute('data-connected')
  element.addEventListener('htmx:sse:after:connection', () => {
    connected = true
    heard()
  })
  element.addEventListener('htmx:sse:before:message', heard)
  element.addEventListener('ping', () => {
    beats = true
    heard()
  })
  for (const name of [
    'htmx:sse:before:connection',
    'htmx:sse:error',
    'htmx:sse:close',
    'htmx:error',
    'htmx:response:error',
  ]) {
    element.addEventListener(name, () => {
      if (connected) heardAt = Date.now()
      connected = false
      element.removeAttribute('data-connected')
    })
  }
  // The first request failed: there is no stream yet that could come back by itself.
  for (const name of ['htmx:error', 'htmx:response:error']) {
    element.addEventListener(name, () => setTimeout(() => again(element), retryMs))
  }
  // Hidden pages let their stream go; what is old because of that is not lost.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) hiddenAt = Date.now()
    else heardAt += Date.now() - hiddenAt
  })
  banner.addEventListener('click', (event) => {
    if (event.target instanceof Element && event.target.closest('button')) location.reload()
  })
  setInterval(() => {
    if (document.hidden || (connected && !beats)) return
    if (Date.now() - heardAt > lostAfterMs && banner.hidden) lose(banner)
  }, checkEveryMs)
}

/** @param {HTMLElement} element */
function again(element) {
  const url = element.getAttribute('hx-sse:connect')
  const { htmx } = /** @type {{ htmx?: { ajax(verb: string, url: string, context: object): Promise<void> } }} */ (
    window
  )
  if (url && element.isConnected && !connected) void htmx?.ajax('GET', url, { source: element })
}

/** @param {HTMLElement} banner */
function lose(banner) {
  const time = new Intl.DateTimeFormat(language, { ...inZone, timeStyle: 'medium' }).format(heardAt)
  const box = document.createElement('section')
  box.className = 'banner row warn'
  box.role = 'alert'
  const words = document.createElement('div')
  const strong = document.createElement('strong')
  strong.textContent = `Live feed lost at ${time}.`
  words.append(strong, ' What is shown was true then. Stellar keeps trying; servers are not affected.')
  const actions = document.createElement('div')
  actions.className = 'actions'
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'button small'
  button.textContent = 'Load again'
  actions.append(button)
  box.append(words, actions)
  banner.replaceChildren(box)
  banner.hidden = false
  document.getElementById('main')?.classList.add('stale')
}

/** @param {HTMLElement} banner */
function recover(banner) {
  banner.hidden = true
  banner.replaceChildren()
  document.getElementById('main')?.classList.remove('stale')
  document.dispatchEvent(new CustomEvent('stellar:announce', { detail: 'Live again' }))
}
