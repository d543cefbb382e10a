// @ts-check
// The server list renews what the stream does not push: notices, counts and rows that are new or gone. Rows themselves are
// pushed; only when one changes its state, comes or goes is the page asked for again and morphed in place.
const quietMs = 700
const atMostEveryMs = 3000
let known = signature()
let renewedAt = 0
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer

document.addEventListener('htmx:after:swap', (event) => {
  // Only what the stream brought: the answer to this very request must not ask again.
  if (!(event.target instanceof Element) || event.target.id !== 'stream') return
  const now = signature()
  if (now === known) return
  known = now
  renew()
})

// A row that is not here yet: it is new, unless the list shows only a part.
document.getElementById('stream')?.addEventListener('htmx:sse:before:message', (event) => {
  const list = document.querySelector('#servers[data-complete]')
  if (!list || !(event instanceof CustomEvent)) return
  const here = new Set([...list.querySelectorAll('li > a')].map((link) => link.getAttribute('href')))
  const pushed = String(event.detail?.message?.data ?? '').matchAll(/href=&quot;([\w/-]+)&quot;\]\+p"/g)
  for (const [, href] of pushed) if (href && !here.has(href)) renew()
})

function renew() {
  // One that waits is enough: changes that keep coming must not put it off for ever.
  timer ??= setTimeout(() => void ask(), Math.max(quietMs, renewedAt + atMostEveryMs - Date.now()))
}

async function ask() {
  timer = undefined
  renewedAt = Date.now()
  const { htmx } = /** @type {{ htmx?: { ajax(verb: string, url: string, context: object): Promise<void> } }} */ (
    window
  )
  await htmx?.ajax('GET', location.pathname + location.search, {
    source: '#main',
    target: '#main > .page',
    select: '#main > .page',
    swap: 'outerMorph',
  })
  known = signature()
}

function signature() {
  return [...document.querySelectorAll('#servers li')]
    .map((row) => `${row.querySelector('a')?.pathname} ${row.querySelector('p .mark')?.getAttribute('class')}`)
    .join('\n')
}
