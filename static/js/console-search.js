// @ts-check
// Find in log: marks what is loaded at once, walks from mark to mark, and asks the node for the rest of its history.
import { createRow, drawText } from './console-rows.js'
import { inZone, language } from './locale.js'
/** @typedef {ReturnType<typeof import('./console-view.js').createView>} View */
/** @typedef {ReturnType<typeof import('./console-history.js').createHistory>} History */

/**
 * @param {HTMLElement} root
 * @param {{ view: View, history: History, list: HTMLElement, jump: (number: number) => Promise<void> }} options
 */
export function createSearch(root, { view, history, list, jump }) {
  const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (root.querySelector(`[data-find=${name}]`))
  const field = /** @type {HTMLInputElement} */ (part('field'))
  const strip = part('strip')
  const count = part('count')
  const found = part('found')
  const foundTitle = part('found-title')
  const foundList = part('found-list')
  const marks = list.getElementsByTagName('mark')
  /** @type {Element | undefined} */
  let current
  let asked = 0

  const query = () => field.value.trim()

  function showCount() {
    if (strip.hidden) return
    const place = current?.isConnected ? Array.prototype.indexOf.call(marks, current) + 1 : 0
    const text =
      marks.length === 0 ? 'Not in the loaded lines' : place ? `${place} of ${marks.length}` : `${marks.length} loaded`
    if (count.textContent !== text) count.textContent = text
  }

  /** @param {1 | -1} step */
  function go(step) {
    if (marks.length === 0) return showCount()
    const at = current?.isConnected ? Array.prototype.indexOf.call(marks, current) : -1
    const next = at < 0 ? marks.length - 1 : (at + step + marks.length) % marks.length
    current?.classList.remove('current')
    current = marks[next]
    current?.classList.add('current')
    view.unfollow()
    current?.scrollIntoView({ block: 'center' })
    showCount()
  }

  function change() {
    strip.hidden = query() === ''
    view.mark(query())
    current = undefined
    asked++
    found.hidden = true
    showCount()
  }

  function leave() {
    field.value = ''
    change()
  }

  async function searchHistory() {
    const text = query()
    if (text === '') return
    const mine = ++asked
    found.hidden = false
    foundTitle.textContent = 'Searching the kept history…'
    foundList.replaceChildren()
    try {
      const { records, more } = await history.search(text)
      if (mine !== asked) return
      foundTitle.textContent = summary(records.length, more, text)
      foundList.replaceChildren(...records.map((record) => item(record, text)))
    } catch (error) {
      if (mine !== asked) return
      foundTitle.textContent = `The history could not be searched. ${error instanceof Error ? error.message : ''}`
    }
  }

  /** @param {import('./console-records.js').LogRecord} record @param {string} text */
  function item(record, text) {
    const row = createRow(record, '')
    drawText(row, text)
    const entry = document.createElement('li')
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'found-line'
    const when = document.createElement('time')
    when.textContent = new Date(record.at).toLocaleString(language, {
      ...inZone,
      dateStyle: 'short',
      timeStyle: 'medium',
    })
    button.append(when, ' ', row.body)
    button.addEventListener('click', () => {
      found.hidden = true
      void jump(record.number)
    })
    entry.append(button)
    return entry
  }

  field.addEventListener('input', change)
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') go(event.shiftKey ? -1 : 1)
    else if (event.key === 'Escape' && field.value !== '') leave()
    else return
    event.preventDefault()
  })
  root.addEventListener('keydown', (event) => {
    if (event.key !== 'f' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    field.focus()
    field.select()
  })
  part('next').addEventListener('click', () => go(1))
  part('previous').addEventListener('click', () => go(-1))
  part('leave').addEventListener('click', () => {
    leave()
    field.focus()
  })
  part('history').addEventListener('click', () => void searchHistory())
  part('found-close').addEventListener('click', () => {
    found.hidden = true
    field.focus()
  })
  // A browser that comes back to the page brings the typed text with it.
  change()

  return {
    showCount,
    get active() {
      return query() !== ''
    },
  }
}

/** @param {number} count @param {boolean} more @param {string} text */
function summary(count, more, text) {
  if (count === 0) return `No kept line contains “${text}”.`
  const lines = count === 1 ? '1 line contains' : `${more ? 'The newest ' : ''}${count} lines contain`
  return `${lines} “${text}”, newest first.`
}
