// @ts-check
// Permissions of people: a role ticks its boxes, boxes that fit no role make it “Custom”, and what would change is said
// in words before it is saved. Without script the panel says it afterwards.

/** @typedef {HTMLSelectElement | HTMLInputElement} Choice */

/** @param {Element} column */
const boxes = (column) =>
  /** @type {HTMLInputElement[]} */ ([...column.querySelectorAll('input[type=checkbox][data-may]')])

/**
 * What each role ticks, by its value.
 * @param {Element} column
 * @returns {Map<string, Set<string>>}
 */
function presets(column) {
  const found = new Map()
  for (const each of column.querySelectorAll('option[data-may], input[type=radio][data-may]')) {
    if (each instanceof HTMLOptionElement || each instanceof HTMLInputElement)
      found.set(each.value, new Set((each.dataset['may'] ?? '').split(' ')))
  }
  return found
}

/**
 * @param {Element} column
 * @returns {string}
 */
function chosen(column) {
  const select = column.querySelector('select[data-preset]')
  if (select instanceof HTMLSelectElement) return select.value
  const radio = column.querySelector('input[type=radio][data-preset]:checked')
  return radio instanceof HTMLInputElement ? radio.value : 'custom'
}

/**
 * @param {Element} column
 * @param {string} value
 */
function choose(column, value) {
  const select = column.querySelector('select[data-preset]')
  if (select instanceof HTMLSelectElement) select.value = value
  for (const radio of column.querySelectorAll('input[type=radio][data-preset]')) {
    if (radio instanceof HTMLInputElement) radio.checked = radio.value === value
  }
}

/** @param {Element} column */
function tickPreset(column) {
  const wanted = presets(column).get(chosen(column))
  if (!wanted) return
  for (const box of boxes(column)) if (!box.disabled) box.checked = wanted.has(box.dataset['may'] ?? '')
}

/** @param {Element} column */
function namePreset(column) {
  const ticked = boxes(column).filter((box) => box.checked)
  const all = new Set(boxes(column).map((box) => box.dataset['may'] ?? ''))
  for (const [value, wanted] of presets(column)) {
    const size = [...wanted].filter((name) => all.has(name)).length
    if (size === ticked.length && ticked.every((box) => wanted.has(box.dataset['may'] ?? ''))) {
      choose(column, value)
      return
    }
  }
  choose(column, 'custom')
}

/** @param {HTMLInputElement} box */
const words = (box) => {
  const text = box.closest('label')?.querySelector('span')?.firstChild?.textContent?.trim() ?? ''
  return text.charAt(0).toLowerCase() + text.slice(1)
}

/**
 * `may also start the server; may no longer kill it`; empty when nothing changed.
 * @param {Element} column
 */
function changesOf(column) {
  const changed = boxes(column).filter((box) => !box.disabled && box.checked !== box.defaultChecked)
  const parts = []
  for (const [given, verb] of /** @type {const} */ ([
    [true, 'may also'],
    [false, 'may no longer'],
  ])) {
    const some = changed.filter((box) => box.checked === given)
    if (some.length > 4) parts.push(`${verb} do ${some.length} things`)
    else if (some.length > 0) parts.push(`${verb} ${some.map(words).join(', ')}`)
  }
  for (const box of boxes(column)) {
    box.closest('label')?.classList.toggle('changed', !box.disabled && box.checked !== box.defaultChecked)
  }
  return parts.join('; ')
}

/** @param {HTMLFormElement} form */
function tell(form) {
  const columns = [...form.querySelectorAll('[data-person]')]
  const said = columns.flatMap((column) => {
    const changes = changesOf(column)
    const name = column instanceof HTMLElement ? column.dataset['person'] : ''
    return changes === '' ? [] : [`${name}: ${changes}.`]
  })
  const output = form.querySelector('[data-changes]')
  const save = form.querySelector('[data-save]')
  if (!(output && save instanceof HTMLButtonElement)) return
  output.textContent = said.join(' ')
  save.textContent = said.length === 0 ? 'Save' : said.length === 1 ? 'Save 1 change' : `Save ${said.length} changes`
}

document.addEventListener('change', ({ target }) => {
  if (!(target instanceof HTMLSelectElement || target instanceof HTMLInputElement)) return
  const form = target.closest('form[data-people]')
  const column = target.closest('[data-person]')
  if (!(form instanceof HTMLFormElement && column)) return
  if (target.matches('[data-preset]')) tickPreset(column)
  else if (target.matches('[data-may]')) namePreset(column)
  tell(form)
})
document.addEventListener('reset', ({ target }) => {
  // After the browser has put everything back.
  if (target instanceof HTMLFormElement && target.matches('[data-people]')) setTimeout(() => tell(target))
})
