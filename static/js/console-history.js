// @ts-check
// Lines that the node keeps: older ones, those between, and a search through all of them.
import { decodeRecords } from './console-records.js'

/** @typedef {import('./console-records.js').LogRecord} LogRecord */
/** @typedef {{ records: LogRecord[], more: boolean }} Page */

/** The node answers within ten seconds or not at all. */
const deadline = 12_000
const pageOfLines = 200

/** @param {{ historyUrl: string, searchUrl: string, fetch?: typeof fetch }} options */
export function createHistory({ historyUrl, searchUrl, fetch: get = (...request) => fetch(...request) }) {
  /** @param {string} base @param {Record<string, string | number>} query @returns {Promise<Page>} */
  async function ask(base, query) {
    const url = new URL(base, document.baseURI)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value))
    const response = await get(url, { headers: { accept: 'application/json' }, signal: AbortSignal.timeout(deadline) })
    if (!response.ok) throw new Error(await reasonOf(response))
    const answer = /** @type {{ text?: unknown, more?: unknown }} */ (await response.json())
    return { records: decodeRecords(typeof answer.text === 'string' ? answer.text : ''), more: answer.more === true }
  }

  return {
    /** Lines before that number, oldest first. @param {number} number */
    before: (number, limit = pageOfLines) => ask(historyUrl, { before: number, limit }),
    /** Lines after that number, oldest first: the history is asked for what comes before the page's end.
     * @param {number} number */
    async after(number) {
      const { records } = await ask(historyUrl, { before: number + pageOfLines + 1, limit: pageOfLines })
      return records.filter((record) => record.number > number)
    },
    /** Lines around that one. @param {number} number */
    around: (number) => ask(historyUrl, { before: number + pageOfLines / 2, limit: pageOfLines }),
    /** Newest first. @param {string} text */
    search: (text) => ask(searchUrl, { q: text, limit: 100 }),
  }
}

/** Problem details when the panel wrote some, else the status. @param {Response} response */
async function reasonOf(response) {
  try {
    const problem = /** @type {{ detail?: unknown, title?: unknown }} */ (await response.json())
    const text = problem.detail ?? problem.title
    if (typeof text === 'string') return text
  } catch {
    // Not JSON, e.g. from a proxy.
  }
  return `The panel answered ${response.status}.`
}
