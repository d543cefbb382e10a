// Commands that look after an installation.
import { type Commands, command } from './command.ts'

const secretOptions = {
  'passphrase-file': {
    type: 'string',
    value: 'FILE',
    words: 'its first line is the passphrase; asked for unless given',
  },
  'key-file': { type: 'string', value: 'FILE', words: 'a file of at least 32 random bytes instead of a passphrase' },
} as const

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
  backup: command({
    words: 'puts the panel (database, keys, configuration) into one sealed file, while it runs',
    args: ['[FILE]'],
    options: secretOptions,
    notes: 'Without FILE it is named by the time; `-` writes to standard output. Files of game servers are not in it.',
    run: async (call) => (await import('./backup.ts')).backup(call),
  }),
  restore: command({
    words: 'brings a panel back from its backup, onto an empty data folder or database',
    args: ['FILE'],
    options: { ...secretOptions, check: { type: 'boolean', words: 'only reads it: is it whole, and what is it of' } },
    run: async (call) => (await import('./restore.ts')).restore(call),
  }),
} satisfies Commands
