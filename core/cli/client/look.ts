// How servers look in a terminal.
import type { Cell } from '#core/cli/output.ts'
import { formatMemory } from '#core/domain/resources.ts'
import type { Server, Stats } from './shapes.ts'

export function stateCell({ state, pending }: { readonly state: string; readonly pending: boolean }): Cell {
  return { text: pending ? `${state} …` : state, style: styleOf(state) }
}

function styleOf(state: string): 'green' | 'yellow' | 'red' | 'dim' {
  switch (state) {
    case 'running':
      return 'green'
    case 'crashed':
    case 'install-failed':
    case 'suspended':
      return 'red'
    case 'stopped':
      return 'dim'
    default:
      return 'yellow'
  }
}

export const percent = (value: number | undefined): string => (value === undefined ? '–' : `${Math.round(value)} %`)

export function memoryOf(stats: Stats | null, limit: number): string {
  return `${stats ? formatMemory(stats.memoryBytes) : '–'} of ${formatMemory(limit)}`
}

export function exitWords({ exit }: Pick<Server, 'exit'>): string | undefined {
  if (!exit) return undefined
  return `${exit.outOfMemory ? 'out of memory, ' : ''}code ${exit.code}${exit.signal === undefined ? '' : ` (${exit.signal})`}`
}
