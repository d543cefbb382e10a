// How far an installation is, for whoever waits: one line that changes on a terminal, a line a step elsewhere.
import { exits, Refused } from '#core/cli/exit.ts'
import { clean, remark } from '#core/cli/output.ts'
import { formatBytes } from '#core/domain/resources.ts'
import type { Api } from './api.ts'
import type { Install, Server } from './shapes.ts'

export interface Progress extends Disposable {
  look(): Promise<void>
  say(words: string): void
  /** Throws what went wrong. */
  failed(server: Server): Promise<never>
}

export function openProgress(api: Api, id: string): Progress {
  const terminal = process.stderr.isTTY
  let shown = ''
  const show = (words: string, detail = '') => {
    if (terminal) {
      const line = `${words}${detail}`.slice(0, Math.max(20, (process.stderr.columns || 80) - 1))
      if (line !== shown) process.stderr.write(`\r\u001b[2K${line}`)
      shown = line
    } else if (words !== shown) {
      remark(words)
      shown = words
    }
  }
  const read = () => api.get<Install>(`/servers/${id}/install`)
  return {
    look: async () => {
      const install = await read()
      const step = install.steps.find(({ state }) => state === 'running')
      if (step) show(names[step.name] ?? step.name, pulled(install))
    },
    say: (words) => show(words),
    failed: async (server) => {
      const { log, reason } = await read()
      if (terminal && shown !== '') process.stderr.write('\n')
      shown = ''
      for (const line of log) remark(`  ${clean(line)}`)
      throw new Refused(
        exits.failed,
        'install-failed',
        `${clean(server.name)} could not be installed${reason ? `: ${clean(reason)}` : '.'}`,
        {
          hint: 'Mend what the lines above say, then choose “Install again” on its page.',
        },
      )
    },
    [Symbol.dispose]: () => {
      if (terminal && shown !== '') process.stderr.write('\r\u001b[2K')
    },
  }
}

const names: Readonly<Record<string, string>> = {
  pull: 'pulling the image',
  'pull-installer': 'pulling the installer’s image',
  script: 'running the installation',
  finish: 'finishing the installation',
}

function pulled({ layers }: Install): string {
  const total = layers.reduce((sum, layer) => sum + layer.total, 0)
  if (total === 0) return ''
  const current = layers.reduce((sum, layer) => sum + Math.min(layer.current, layer.total), 0)
  const done = layers.filter(({ status }) => status === 'done').length
  return ` · ${formatBytes(current)} of ${formatBytes(total)} · ${done} of ${layers.length} layers`
}
