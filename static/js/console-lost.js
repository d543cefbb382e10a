// @ts-check
// The banner for a lost feed: since when, what happens next, and a button for those who cannot wait.
import { inZone, language } from './locale.js'

/** A connection that is back within that time was hardly lost. */
const bannerAfter = 1000

/** @param {string} serverId @param {() => void} tryNow */
export function createLostBanner(serverId, tryNow) {
  const banner = document.querySelector(`[data-lost="${CSS.escape(serverId)}"]`)
  const part = (/** @type {string} */ name) => banner?.querySelector(`[data-lost-${name}]`)
  let since = 0
  let next = 0
  let timer = 0
  part('try')?.addEventListener('click', tryNow)

  const tick = () => {
    if (!(banner instanceof HTMLElement) || since === 0) return
    if (Date.now() - since >= bannerAfter && banner.hidden) {
      const at = part('at')
      if (at) at.textContent = new Date(since).toLocaleTimeString(language, { ...inZone, hour12: false })
      banner.hidden = false
    }
    const text = next > Date.now() ? `Next try in ${Math.ceil((next - Date.now()) / 1000)} s.` : 'Trying now.'
    const cell = part('next')
    if (cell && cell.textContent !== text) cell.textContent = text
  }
  const back = () => {
    since = 0
    clearInterval(timer)
    timer = 0
    if (banner instanceof HTMLElement) banner.hidden = true
  }

  return {
    /** @param {number} nextTryAt */
    lost(nextTryAt) {
      since ||= Date.now()
      next = nextTryAt
      timer ||= window.setInterval(tick, 250)
    },
    back,
    stop: back,
  }
}
