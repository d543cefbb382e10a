// @ts-check
// Commands that were sent, as ↑ and ↓ bring them back: only those that begin with what was typed.

const mostCommands = 100

/** @param {readonly unknown[]} known oldest first */
export function createCommandHistory(known = []) {
  const commands = known.filter((entry) => typeof entry === 'string').slice(-mostCommands)
  /** What was typed before ↑ was pressed; undefined while nothing was brought back. @type {string | undefined} */
  let typed
  let place = commands.length

  /** @param {number} step @param {string} current */
  const move = (step, current) => {
    typed ??= current
    for (let at = place + step; at >= 0 && at < commands.length; at += step) {
      const command = commands[at] ?? ''
      if (!command.startsWith(typed) || command === current) continue
      place = at
      return command
    }
    if (step < 0) return current
    place = commands.length
    const text = typed
    typed = undefined
    return text
  }

  const leave = () => {
    typed = undefined
    place = commands.length
  }

  return {
    /** @param {string} current what the field holds @returns {string} what it should hold */
    older: (current) => move(-1, current),
    /** @param {string} current */
    newer: (current) => (typed === undefined ? current : move(1, current)),
    /** Called when something is typed: the next ↑ searches for that. */
    leave,
    /** @param {string} command @returns {readonly string[]} all that is known, to be kept */
    add(command) {
      const same = commands.indexOf(command)
      if (same >= 0) commands.splice(same, 1)
      commands.push(command)
      commands.splice(0, Math.max(0, commands.length - mostCommands))
      leave()
      return commands
    },
  }
}
