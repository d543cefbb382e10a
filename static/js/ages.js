// @ts-check
// Ages tick: `<time data-since="…" data-words="for %">` is written anew when it says something else. Only the text node
// changes, so nothing moves or loses focus.
import { duration } from './durations.js'

const everyMs = 1000

function tick() {
  if (document.hidden) return
  const now = Date.now()
  for (const element of document.querySelectorAll('time[data-since]')) {
    if (!(element instanceof HTMLElement)) continue
    const since = Date.parse(element.dataset['since'] ?? '')
    if (Number.isNaN(since)) continue
    const text = (element.dataset['words'] ?? '%').replace('%', duration(now - since))
    if (element.textContent !== text) element.textContent = text
  }
}

setInterval(tick, everyMs)
document.addEventListener('visibilitychange', tick)
document.addEventListener('htmx:after:swap', tick)
tick()
