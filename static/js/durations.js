// @ts-check
// How long something is, in its two largest units, as views/components/time.tsx writes it first; a test compares the two.

/** Number and unit stay together, with a no-break space between. @param {number} count @param {string} unit */
const part = (count, unit) => `${count}\u00a0${unit}`
/** @param {number} large @param {string} a @param {number} small @param {string} b */
const pair = (large, a, small, b) => (small === 0 ? part(large, a) : `${part(large, a)} ${part(small, b)}`)

/** `18 s`, `5 m 3 s`, `3 h 12 m`, `3 d 4 h`. @param {number} milliseconds */
export function duration(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const days = Math.floor(hours / 24)
  if (days > 0) return pair(days, 'd', hours % 24, 'h')
  if (hours > 0) return pair(hours, 'h', minutes % 60, 'm')
  if (minutes >= 10) return part(minutes, 'm')
  return minutes > 0 ? pair(minutes, 'm', seconds % 60, 's') : part(seconds, 's')
}
