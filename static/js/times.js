// @ts-check
// The server writes UTC; here it becomes the reader's zone and language, and `ago` is kept right.
import { duration } from './durations.js'
import { calendarDate, inZone, language } from './locale.js'

const everyMs = 15_000
const clock = new Intl.DateTimeFormat(language, { ...inZone, hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat(language, { ...inZone, day: 'numeric', month: 'short' })
const dayOfYear = new Intl.DateTimeFormat(language, { ...inZone, day: 'numeric', month: 'short', year: 'numeric' })
const full = new Intl.DateTimeFormat(language, { ...inZone, dateStyle: 'full', timeStyle: 'long' })

function write() {
  if (document.hidden) return
  const now = new Date()
  for (const element of document.querySelectorAll('time[data-time]')) {
    if (!(element instanceof HTMLElement)) continue
    const at = new Date(element.getAttribute('datetime') ?? '')
    if (Number.isNaN(at.getTime())) continue
    const text = element.dataset['time'] === 'ago' ? ago(now.getTime() - at.getTime()) : when(at, now)
    if (element.textContent === text) continue
    element.textContent = text
    element.title = full.format(at)
  }
}

/** @param {number} elapsed */
function ago(elapsed) {
  return elapsed < 5000 ? 'now' : `${duration(elapsed)} ago`
}

/**
 * @param {Date} at
 * @param {Date} now
 */
function when(at, now) {
  const [then, today] = [calendarDate(at), calendarDate(now)]
  const days = Math.round((Date.parse(today) - Date.parse(then)) / 86_400_000)
  const date =
    days === 0
      ? 'today'
      : days === 1
        ? 'yesterday'
        : then.slice(0, 4) === today.slice(0, 4)
          ? day.format(at)
          : dayOfYear.format(at)
  return `${date}, ${clock.format(at)}`
}

write()
setInterval(write, everyMs)
document.addEventListener('visibilitychange', write)
document.addEventListener('htmx:after:swap', write)
