// Commands for plugins of one's own.
import { type Commands, command } from './command.ts'

const json = { type: 'boolean', words: 'for programs' } as const

export const pluginCommands = {
  'plugin list': command({
    words: 'plugins that panel and node would open here, and why one fails',
    options: { json },
    run: async ({ values }) => (await import('./plugin/list.ts')).listPlugins(values),
  }),
  'plugin add': command({
    words: 'copies a plugin into the data folder',
    args: ['PLUGIN-FILE'],
    options: { replace: { type: 'boolean', words: 'puts it in the place of one with its name' }, json },
    notes:
      'Takes a .ts, .js or .mjs file, a folder, or a .tgz as `npm pack` makes it. Install what you trust: it runs in the panel’s own\nprocess. Here it is only opened once, in a process of its own, to see whether it works.',
    run: async ({ args, values }) => (await import('./plugin/add.ts')).addPlugin(args, values),
  }),
  'plugin remove': command({
    words: 'takes one out of the data folder',
    args: ['NAME'],
    options: { yes: { type: 'boolean', short: 'y', words: 'without asking' } },
    run: async ({ args, values }) => (await import('./plugin/add.ts')).removePlugin(args, values),
  }),
  'plugin new': command({
    words: 'writes a plugin to begin with: a game, its adapter, a test',
    args: ['NAME'],
    options: { into: { type: 'string', value: 'FOLDER', words: 'where; ./NAME unless given' } },
    run: async ({ args, values }) => (await import('./plugin/new.ts')).newPlugin(args, values),
  }),
  'plugin test': command({
    words: 'runs the tests of a plugin',
    args: ['[FOLDER]'],
    options: { timeout: { type: 'string', value: 'SECONDS', words: 'how long they may take (120)' } },
    run: async ({ args, values }) => (await import('./plugin/run-tests.ts')).testPlugin(args, values),
  }),
  'plugin inspect': command({
    words: 'opens plugins and reports; the process that the others ask',
    args: ['[PLUGIN-FILE]'],
    hidden: true,
    run: async ({ args }) => (await import('./plugin/report.ts')).inspect(args),
  }),
  'plugin run-tests': command({
    words: 'imports test files; the process of `plugin test`',
    args: ['FILE...'],
    hidden: true,
    run: async ({ args }) => (await import('./plugin/run-tests.ts')).runTests(args),
  }),
} satisfies Commands
