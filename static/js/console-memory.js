// @ts-check
// What this browser remembers of the console. A browser that refuses storage remembers nothing and works all the same.

/** @template T @param {string} key @param {T} otherwise @returns {T} */
export function remembered(key, otherwise) {
  try {
    const text = localStorage.getItem(key)
    return text === null ? otherwise : /** @type {T} */ (JSON.parse(text))
  } catch {
    return otherwise
  }
}

/** @param {string} key @param {unknown} value */
export function remember(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value))
  } catch {
    // Full or forbidden.
  }
}
