// @ts-check
// How serious a console line is, guessed from its text: games agree on words more than on formats.
/** @typedef {import('./console-records.js').LogRecord} LogRecord */
/** @typedef {'error' | 'warn' | ''} Level */

// Only the start of a line is looked at: further on these words belong to what people say.
const head = 160

const error =
  /(?:^|[\s[/|:(])(?:ERROR|SEVERE|FATAL|CRITICAL|PANIC)(?:[\s[\]/|:)]|$)|^\W*(?:error|fatal|panic)\b[^\w]*[:!\]]|^\W*(?:[\w.$]+\.)?[A-Z]\w*(?:Exception|Error)(?::|$)|^Caused by:|^Traceback \(most recent/
const warn = /(?:^|[\s[/|:(])(?:WARN|WARNING|Warning)(?:[\s[\]/|:)]|$)|^\W*warn(?:ing)?\b[^\w]*[:!\]]/
/** The rest of a stack trace belongs to the line above it. */
const goesOn = /^\s+(?:at |\.{3} \d+ more|File ")|^\t/

/**
 * @param {string} text plain text @param {Level} previous level of the line above
 * @returns {Level}
 */
export function levelOfText(text, previous) {
  if (goesOn.test(text)) return previous
  const start = text.slice(0, head)
  if (error.test(start)) return 'error'
  if (warn.test(start)) return 'warn'
  return ''
}

/** Sentences of Stellar's own say what happened; these are the ones to look at. */
const ownWarning = /\b(?:crash|killed|out of memory|left off|failed|not ready|interrupted|did not)/i

/** @param {LogRecord} record @param {string} text plain text @param {Level} previous @returns {Level} */
export function levelOf(record, text, previous) {
  if (record.kind === 'i' || record.kind === 'g') return ''
  if (record.kind === 's') return ownWarning.test(text) ? 'warn' : ''
  return levelOfText(text, previous)
}
