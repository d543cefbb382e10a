// Players, CPU, memory and uptime in a server's row. Its root carries ids.serverRowLive(id): push it with
// hx-swap="outerMorph". Nothing in it can hold focus. A list has a hundred of these: <i> holds what only screen readers
// are told, and the style sheet gives the rest its look by place.
import { formatMemory } from '#core/domain/resources.ts'
import { Sparkline } from '#views/components/index.ts'
import { MeterLine } from '#views/components/meter.tsx'
import { formatDuration } from '#views/components/time.tsx'
import { ids } from '#views/ids.ts'
import type { ServerView } from '#views/models.ts'

const none = <span class="faint">—</span>

export function ServerRowLive({ server, now = Date.now() }: { readonly server: ServerView; readonly now?: number }) {
  const { stats, limits } = server
  return (
    <div class={stats === undefined ? 'srv-live quiet' : 'srv-live'} id={ids.serverRowLive(server.id)}>
      <span class="players">
        <i>Players </i>
        {stats === undefined || stats.players === null ? (
          none
        ) : (
          <>
            <b>{stats.players}</b>
            {stats.capacity === null ? '' : ` / ${stats.capacity}`}
          </>
        )}
      </span>
      <span class="cpu">
        <i>CPU </i>
        {stats === undefined ? (
          none
        ) : (
          <>
            <Sparkline values={server.cpuHistory} max={limits.cpuPercent} />
            <b>{`${Math.round(stats.cpuPercent)}\u00a0%`}</b>
          </>
        )}
      </span>
      {stats === undefined ? (
        <span class="faint">
          <i>Memory limit </i>
          {formatMemory(limits.memoryBytes)}
        </span>
      ) : (
        <Memory used={stats.memoryBytes} limit={limits.memoryBytes} />
      )}
      <span class="up">
        <i>Up for </i>
        {upFor(server, now)}
      </span>
    </div>
  )
}

function Memory({ used, limit }: { readonly used: number; readonly limit: number }) {
  return (
    <div class="gauge">
      <span>
        <i>Memory </i>
        {memoryOf(used, limit)}
      </span>
      <MeterLine value={used} max={limit} />
    </div>
  )
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
  return formatDuration(now - new Date(startedAt).getTime())
}
