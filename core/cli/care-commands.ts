// Commands that look after an installation.
import { type Commands, command } from './command.ts'

const secretOptions = {
  'passphrase-file': {
    type: 'string',
    value: 'FILE',
    words: 'its first line is the passphrase; asked for unless given',
  },
  'key-file': {
    type: 'string',
    value: 'FILE',
    words: 'at least 32 random bytes instead of a passphrase; - reads them from standard input',
  },
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
  'config read': command({
    words: 'reads a configuration file; the process that root asks',
    args: ['FILE'],
    hidden: true,
    run: async ({ args }) => (await import('./own-config.ts')).tellOwnConfig(args),
  }),
  ready: command({
    words: 'whether the panel of this machine can do its work, by the exit code',
    options: { wait: { type: 'string', value: 'SECONDS', words: 'asks until it can, at most this long' } },
    run: async ({ values }) => (await import('./ready.ts')).ready(values),
  }),
  doctor: command({
    words: 'looks at Docker, database, disk, ports, clock, certificates and so on, and says what mends them',
    options: { json: { type: 'boolean', words: 'for programs' } },
    notes: 'It changes nothing. It ends with 1 when it found a problem; warnings are none.',
    run: async ({ values }) => (await import('./doctor.ts')).doctor(values),
  }),
  'keys rotate': command({
    words: 'a new key for the secrets in the database, while the panel runs',
    notes:
      'Killed half-way it is run again and goes on. With STELLAR_SECRET_KEY set, put the old key into STELLAR_SECRET_KEY_OLD and the new one in its place, restart the panels, and run this.',
    run: async () => (await import('./rotate-keys.ts')).rotateKeys(),
  }),
  backup: command({
    words: 'puts the panel (database, keys, configuration) into one sealed file, while it runs',
    args: ['[FILE]'],
    options: secretOptions,
    notes: 'Without FILE it is named by the time; `-` writes to standard output. Files of game servers are not in it.',
    run: async (call) => (await import('./backup.ts')).backup(call),
  }),
  'unpack-engine': command({
    words: 'lays out the PostgreSQL inside this program; the process that a first start asks',
    args: ['FOLDER'],
    hidden: true,
    run: async ({ args }) => (await import('./unpack-engine.ts')).unpackEngine(args),
  }),
  'keep-file': command({
    words: 'names a finished file or removes an unfinished one; the process that stays root beside a backup',
    args: ['FILE', 'FILE'],
    hidden: true,
    run: async ({ args }) => (await import('./new-file.ts')).keepFile(args),
  }),
  restore: command({
    words: 'brings a panel back from its backup, onto an empty data folder or database',
    args: ['FILE'],
    options: {
      ...secretOptions,
      check: { type: 'boolean', words: 'only reads it: is it whole, and what is it of' },
      'replace-database': {
        type: 'boolean',
        words: 'puts its database in the place of the one that is there, and nothing else',
      },
    },
    run: async (call) => (await import('./restore.ts')).restore(call),
  }),
  upgrade: command({
    words: 'a newer program in the place of this one; the database is copied first, and all goes back when it fails',
    args: ['[RELEASE]'],
    options: {
      sha256: { type: 'string', value: 'SUM', words: 'RELEASE is one file, with this checksum' },
      wait: { type: 'string', value: 'SECONDS', words: 'for the new panel to become ready (120)' },
      back: { type: 'boolean', words: 'to the program and the database of before the last upgrade' },
      program: { type: 'string', value: 'FILE', words: 'replaces this file instead of the program that runs' },
    },
    notes: 'RELEASE is a folder or an https address with SHA256SUMS and the program in it.',
    run: async (call) => (await import('./upgrade.ts')).upgrade(call),
  }),
} satisfies Commands
