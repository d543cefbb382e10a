// @ts-check
// The summary beside a form repeats what is typed, and how full the chosen node will be.

const mib = 1024 ** 2
const gib = 1024 ** 3

/** @param {HTMLFormElement} form */
function follow(form) {
  const value = (/** @type {string} */ name) => {
    const field = form.elements.namedItem(name)
    return field instanceof HTMLInputElement || field instanceof HTMLSelectElement ? field.value.trim() : ''
  }
  const node = () => form.querySelector('input[name=nodeId]:checked')

  function show() {
    for (const cell of form.querySelectorAll('[data-mirror]')) {
      const name = cell instanceof HTMLElement ? (cell.dataset['mirror'] ?? '') : ''
      const chosen = node()
      const text = name === 'nodeId' ? (chosen instanceof HTMLElement ? chosen.dataset['node'] : '') : value(name)
      cell.textContent = text || (name === 'name' ? 'New server' : '–')
    }
    showRoom()
  }

  function showRoom() {
    const chosen = node()
    const gauge = form.querySelector('[data-after]')
    if (!(chosen instanceof HTMLElement) || !gauge) return
    const offered = Number(chosen.dataset['offered'])
    const promised = Number(chosen.dataset['promised'])
    const after = promised + (Number(value('memoryMiB')) || 0) * mib
    const text = `${(after / gib).toFixed(1).replace(/\.0$/, '')} of ${(offered / gib).toFixed(1).replace(/\.0$/, '')} GiB`
    put(gauge, '[data-after-label]', `${chosen.dataset['node']} memory after this`)
    put(gauge, '[data-after-text]', text)
    const meter = gauge.querySelector('.meter')
    const share = (/** @type {number} */ bytes) => `${offered > 0 ? Math.min(100, (bytes / offered) * 100) : 0}%`
    meter?.setAttribute('aria-valuetext', text)
    meter?.classList.toggle('full', after > offered)
    meter?.querySelector('.promised')?.setAttribute('width', share(after))
    meter?.lastElementChild?.setAttribute('width', share(promised))
  }

  form.addEventListener('input', show)
  form.addEventListener('change', show)
}

/** @param {Element} root @param {string} selector @param {string} text */
function put(root, selector, text) {
  const cell = root.querySelector(selector)
  if (cell) cell.textContent = text
}

for (const form of document.querySelectorAll('form[data-draft-form]')) {
  if (form instanceof HTMLFormElement) follow(form)
}
