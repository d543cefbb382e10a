// @ts-check
// An icon of the sprite, as the component of that name draws it (views/components/icon.tsx).

/** @param {string} name */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('class', 'icon')
  svg.setAttribute('aria-hidden', 'true')
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use')
  use.setAttribute('href', `/static/img/icons.svg#${name}`)
  svg.append(use)
  return svg
}
