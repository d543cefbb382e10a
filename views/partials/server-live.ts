// Players, CPU, memory and uptime in a server's row: push it to `rows.live` with hx-swap="outerMorph". Nothing in it can
// hold focus; a paragraph ends where the next begins. What a screen reader is told of each number comes from the style
// sheet; static/js/rows.js draws the sparkline, which is decoration, from `data-cpu`.
import { html } from 'hono/html'
import { formatMemory } from '#core/domain/resources.ts'
import { formatDuration } from '#views/components/time.tsx'
import type { ServerView, StatsView } from '#views/models.ts'

const none = html`<p class=faint>—`

export function ServerRowLive({ server, now = Date.now() }: { readonly server: ServerView; readonly now?: number }) {
  const { stats, limits } = server
  const up = upFor(server, now)
  if (stats === undefined)
    return html`<div class=quiet>${none}${none}<p class=faint>${formatMemory(limits.memoryBytes)}${up}</div>`
  const cpu = html`<p data-cpu=${sparkline(server.cpuHistory, limits.cpuPercent)}>${Math.round(stats.cpuPercent)}\u00a0%`
  const memory = html`<p class=m${gaugeStep(stats.memoryBytes, limits.memoryBytes)}>${memoryOf(stats.memoryBytes, limits.memoryBytes)}`
  return html`<div>${players(stats)}${cpu}${memory}${up}</div>`
}

function players({ players, capacity }: StatsView) {
  if (players === null) return none
  return capacity === null ? html`<p><b>${players}</b>` : html`<p><b>${players}</b> / ${capacity}`
}

/** More points than this cannot be told apart at its size. */
const mostPoints = 16
/** What one letter can say: 0 to z. */
const highest = 35

/** One letter a reading, oldest first: `0` nothing, `z` all that the server may use. */
function sparkline(all: readonly number[], limit: number): string {
  if (all.length === 0) return '0'
  const every = Math.ceil(all.length / mostPoints)
  let letters = ''
  for (let index = (all.length - 1) % every; index < all.length; index += every) {
    const share = Math.min(1, Math.max(0, (all[index] ?? 0) / Math.max(limit, 1)))
    letters += Math.round(share * highest).toString(36)
  }
  return letters
}

/** In twentieths, as the meter is ruled: from 18 on it warns (above 85 %), at 20 it alarms (above 95 %). */
function gaugeStep(used: number, limit: number): number {
  return limit <= 0 ? 0 : Math.ceil(Math.min(1, Math.max(0, used / limit)) * 20)
}

/** `5.1 / 8 GiB`: the unit once when both have the same. */
function memoryOf(used: number, limit: number): string {
  const whole = formatMemory(limit)
  const part = formatMemory(used)
  const unit = whole.slice(whole.indexOf(' '))
  return `${part.endsWith(unit) ? part.slice(0, -unit.length) : part} / ${whole}`
}

function upFor({ state, startedAt }: ServerView, now: number) {
  if (startedAt === undefined || (state !== 'running' && state !== 'starting')) return none
  return html`<p>${formatDuration(now - Date.parse(startedAt))}`
}
