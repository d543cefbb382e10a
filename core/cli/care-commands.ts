// Commands that look after an installation.
import { type Commands, command } from './command.ts'

export const careCommands = {
  'config show': command({
    words: 'every setting, its value and where it came from',
    options: { json: { type: 'boolean', words: 'for programs' } },
    run: async ({ values }) => (await import('./config.ts')).showConfig(values),
  }),
  'config check': command({
    words: 'whether settings and plugins can be read, without starting anything',
    run: async () => (await import('./config.ts')).checkConfig(),
  }),
  ready: command({
    words: 'whether the panel of this machine can do its work, by the exit code',
    options: { wait: { type: 'string', value: 'SECONDS', words: 'asks until it can, at most this long' } },
    run: async ({ values }) => (await import('./ready.ts')).ready(values),
  }),
} satisfies Commands
