// @ts-check
// What a row of the server list leaves to the script: the line of its CPU, drawn from one letter a reading, and the name of
// its server on buttons that only say Stop.
import { outline } from './spark.js'

const list = document.getElementById('main')
const svg = 'http://www.w3.org/2000/svg'

if (list) {
  // Whatever a push or a filter replaces is finished before it is drawn.
  const observer = new MutationObserver(() => finish(list))
  observer.observe(list, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['data-cpu', 'aria-label'],
  })
  finish(list)
}

/** @param {HTMLElement} main */
function finish(main) {
  for (const row of main.querySelectorAll('#servers li')) {
    const cpu = row.querySelector('[data-cpu]')
    if (cpu instanceof HTMLElement) draw(cpu)
    const name = row.querySelector('a')?.textContent ?? ''
    for (const button of row.querySelectorAll('form button, form + button')) {
      const label = `${button.textContent} ${button.matches('form + button') ? 'for ' : ''}${name}`
      if (button.getAttribute('aria-label') !== label) button.setAttribute('aria-label', label)
    }
  }
}

/** @param {HTMLElement} cell */
function draw(cell) {
  const { cpu = '' } = cell.dataset
  const [first] = cell.children
  if (first instanceof SVGElement && first.dataset['of'] === cpu) return
  const { path, width, height, load } = outline(cpu)
  const line = first instanceof SVGElement ? first : document.createElementNS(svg, 'svg')
  line.setAttribute('class', `spark ${load}`.trim())
  line.setAttribute('viewBox', `0 0 ${width} ${height}`)
  line.setAttribute('preserveAspectRatio', 'none')
  line.setAttribute('aria-hidden', 'true')
  line.dataset['of'] = cpu
  const shape = document.createElementNS(svg, 'path')
  shape.setAttribute('d', path)
  line.replaceChildren(shape)
  if (line !== first) cell.prepend(line)
}
