// @ts-check
// Text with terminal escape sequences → runs of text with class names. Colours map to the six hues of the theme, so what
// a game prints stays readable on both grounds; every other sequence is dropped. The result is text, never markup.
import { hueOf, hueOfIndex } from './ansi-colour.js'

/** @typedef {{ text: string, style: string }} Run `style` is a list of class names, empty for plain text. */

/** More runs than this in one line are no writing any more: the rest is drawn plain. */
const mostRuns = 500

// One alternative a kind of sequence, the same set as plainText() in core/domain/console.ts: CSI, OSC, the other string
// sequences, two-character escapes, then stray control characters. Tabs stay.
const sequence =
  /\u001b(?:\[([0-?]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[PX^_][^\u001b]*(?:\u001b\\)?|[@-Z\\-_])|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

/** @param {string} line @returns {Run[]} */
export function parseAnsi(line) {
  const source = lastOverwrite(line)
  if (!hasControls(source)) return source === '' ? [] : [{ text: source, style: '' }]
  /** @type {Run[]} */
  const runs = []
  const pen = createPen()
  let from = 0
  sequence.lastIndex = 0
  for (let match = sequence.exec(source); match; match = sequence.exec(source)) {
    add(runs, source.slice(from, match.index), pen.style())
    from = sequence.lastIndex
    if (match[2] === 'm' && runs.length < mostRuns) pen.apply(match[1] ?? '')
    else if (runs.length >= mostRuns) pen.apply('0')
  }
  add(runs, source.slice(from), pen.style())
  return runs
}

/** What a person reads. @param {readonly Run[]} runs */
export const textOf = (runs) => runs.map((run) => run.text).join('')

/** @param {Run[]} runs @param {string} text @param {string} style */
function add(runs, text, style) {
  if (text === '') return
  const last = runs.at(-1)
  if (last && last.style === style) last.text += text
  else runs.push({ text, style })
}

/** @param {string} text */
function hasControls(text) {
  sequence.lastIndex = 0
  return sequence.test(text)
}

/** A progress bar rewrites its line after each carriage return; a terminal shows what was written last.
 * @param {string} line */
function lastOverwrite(line) {
  const text = line.replace(/\r+$/, '')
  return text.slice(text.lastIndexOf('\r') + 1)
}

const flags = /** @type {const} */ (['bold', 'dim', 'italic', 'underline', 'inverse', 'strike'])
/** @type {Readonly<Record<number, { on?: (typeof flags)[number], off?: readonly (typeof flags)[number][] }>>} */
const flagCodes = {
  1: { on: 'bold' },
  2: { on: 'dim' },
  3: { on: 'italic' },
  4: { on: 'underline' },
  7: { on: 'inverse' },
  9: { on: 'strike' },
  21: { on: 'underline' },
  22: { off: ['bold', 'dim'] },
  23: { off: ['italic'] },
  24: { off: ['underline'] },
  27: { off: ['inverse'] },
  29: { off: ['strike'] },
}

/** The state that SGR sequences change. */
function createPen() {
  /** @type {Set<string>} */
  const on = new Set()
  let front = ''
  let back = ''

  /** @param {number} code */
  const applySimple = (code) => {
    const flag = flagCodes[code]
    if (flag?.on) on.add(flag.on)
    for (const name of flag?.off ?? []) on.delete(name)
    if (code >= 30 && code <= 37) front = hueOfIndex(code - 30)
    else if (code >= 90 && code <= 97) front = hueOfIndex(code - 90 + 8)
    else if (code >= 40 && code <= 47) back = hueOfIndex(code - 40)
    else if (code >= 100 && code <= 107) back = hueOfIndex(code - 100 + 8)
    else if (code === 39) front = ''
    else if (code === 49) back = ''
  }

  const reset = () => {
    on.clear()
    front = ''
    back = ''
  }

  return {
    /** @param {string} parameters */
    apply(parameters) {
      // `38:2::r:g:b` is the standard's spelling, `38;2;r;g;b` everybody's.
      const codes = parameters.split(/[;:]/).map((part) => (part === '' ? 0 : Number(part)))
      const colons = parameters.includes(':')
      for (let at = 0; at < codes.length; at++) {
        const code = codes[at] ?? 0
        if (code === 0) reset()
        else if (code === 38 || code === 48) {
          const { hue, used } = extended(codes, at + 1, colons)
          if (code === 38) front = hue
          else back = hue
          at += used
        } else applySimple(code)
      }
    },
    style() {
      if (on.size === 0 && front === '' && back === '') return ''
      const names = flags.filter((flag) => on.has(flag)).map((flag) => `a-${flag}`)
      if (front) names.push(`f-${front.replace('-hi', ' f-hi')}`)
      // Behind text a hue is a tint, of one strength.
      if (back) names.push(`g-${back.replace('-hi', '')}`)
      return names.join(' ')
    },
  }
}

/** @param {readonly number[]} codes @param {number} at @param {boolean} colons */
function extended(codes, at, colons) {
  if (codes[at] === 5) return { hue: hueOfIndex(codes[at + 1] ?? 0), used: 2 }
  if (codes[at] !== 2) return { hue: '', used: 0 }
  // With colons an empty field for the colour space may stand before the three.
  const skip = colons && codes.length - at > 4 ? 1 : 0
  const [red = 0, green = 0, blue = 0] = codes.slice(at + 1 + skip, at + 4 + skip)
  return { hue: hueOf(red, green, blue), used: 4 + skip }
}
