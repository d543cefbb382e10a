// @ts-check
// The shape of a sparkline from one letter a reading, as views/partials/server-live.ts writes them: 0 nothing, z all.
const highest = 35
const height = 36

/**
 * Line and area in one: its sides and its foot lie outside what is shown.
 * @param {string} letters
 */
export function outline(letters) {
  const values = Array.from(letters, (letter) => Number.parseInt(letter, 36)).filter((value) => !Number.isNaN(value))
  const width = Math.max(1, values.length - 1)
  const last = (values.at(-1) ?? 0) / highest
  const load = last > 0.95 ? 'full' : last > 0.85 ? 'high' : ''
  const points = values.map((value, index) => `L${index} ${y(value)}`).join('')
  const path = values.length < 2 ? '' : `M-1 ${height + 4}V${y(values[0] ?? 0)}${points}H${width + 1}V${height + 4}z`
  return { path, width, height, load }
}

/** @param {number} value */
function y(value) {
  // A line of its own width above the foot and below the top.
  return height - 2 - Math.round((value / highest) * (height - 6))
}
