// @ts-check
// Any terminal colour → the nearest of ours: six hues in two strengths, black (dim) and white (text).

const basic = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white']
const cube = [0, 95, 135, 175, 215, 255]

/** Colour of the 256-colour table; 0–15 by name, the cube and the greys by nearness.
 * @param {number} index */
export function hueOfIndex(index) {
  if (!(index >= 0 && index <= 255)) return ''
  if (index < 8) return basic[index] ?? ''
  if (index < 16) return `${basic[index - 8]}-hi`
  if (index >= 232) return grey((index - 232) / 23)
  const place = index - 16
  return hueOf(cube[Math.floor(place / 36)] ?? 0, cube[Math.floor(place / 6) % 6] ?? 0, cube[place % 6] ?? 0)
}

// Upper ends of the hue circle's parts, in degrees. Orange is nearer to yellow than to red for a reader who looks for
// errors, and violet goes to magenta.
/** @type {readonly (readonly [number, string])[]} */
const circle = [
  [20, 'red'],
  [70, 'yellow'],
  [165, 'green'],
  [200, 'cyan'],
  [262, 'blue'],
  [335, 'magenta'],
  [360, 'red'],
]

/** @param {number} red @param {number} green @param {number} blue 0–255 */
export function hueOf(red, green, blue) {
  const [r, g, b] = [red, green, blue].map((value) => Math.min(255, Math.max(0, value || 0)) / 255)
  const high = Math.max(r ?? 0, g ?? 0, b ?? 0)
  const low = Math.min(r ?? 0, g ?? 0, b ?? 0)
  const spread = high - low
  if (spread < 0.12) return grey(high)
  const degrees = angle(r ?? 0, g ?? 0, b ?? 0, high, spread)
  const name = circle.find(([end]) => degrees <= end)?.[1] ?? 'red'
  return high + low > 1.1 ? `${name}-hi` : name
}

/** @param {number} r @param {number} g @param {number} b @param {number} high @param {number} spread */
function angle(r, g, b, high, spread) {
  if (high === r) return (60 * ((g - b) / spread) + 360) % 360
  if (high === g) return 60 * ((b - r) / spread) + 120
  return 60 * ((r - g) / spread) + 240
}

/** @param {number} lightness 0–1 */
const grey = (lightness) => (lightness < 0.6 ? 'black' : 'white')
