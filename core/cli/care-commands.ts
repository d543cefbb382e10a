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
} satisfies Commands
