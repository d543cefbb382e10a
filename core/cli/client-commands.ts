// Commands that speak to a panel through its API.
import { type Command, type Commands, command } from './command.ts'

const panel = {
  type: 'string',
  value: 'PANEL',
  words: 'one of `stellar login list` instead of the current one',
} as const
const json = { type: 'boolean', words: 'for programs: what the API answers' } as const
const wait = { type: 'boolean', words: 'until it is done' } as const
const timeout = { type: 'string', value: 'SECONDS', words: 'how long to wait at most' } as const
const common = { json, panel }
const timestamps = { type: 'boolean', short: 't', words: 'with the time of each line' } as const

const power = (action: 'start' | 'stop' | 'restart' | 'kill', words: string): Command =>
  command({
    words,
    args: ['SERVER...'],
    options: { wait, timeout, ...common },
    run: async ({ args, values }) => (await import('./client/servers.ts')).powerServers(action, args, values),
  })

export const clientCommands = {
  login: command({
    words: 'signs in to a panel with an API key',
    args: ['[ADDRESS]'],
    options: {
      name: { type: 'string', value: 'NAME', words: 'what to call it; its host unless given' },
      'key-file': { type: 'string', value: 'FILE', words: 'a file that holds the key; - is standard input' },
    },
    notes: 'Without --key-file the key comes from STELLAR_API_KEY, or is asked for. It is never an argument.',
    run: async ({ args, values }) => (await import('./client/session.ts')).login(args, values),
  }),
  'login list': command({
    words: 'panels you are signed in to',
    options: { json },
    run: async ({ values }) => (await import('./client/session.ts')).listLogins(values),
  }),
  'login use': command({
    words: 'makes one of them the current one',
    args: ['PANEL'],
    run: async ({ args }) => (await import('./client/session.ts')).useLogin(args),
  }),
  logout: command({
    words: 'forgets the key of a panel',
    args: ['[PANEL]'],
    options: { revoke: { type: 'boolean', words: 'and revokes it, so that nobody can use it any more' } },
    run: async ({ args, values }) => (await import('./client/session.ts')).logout(args, values),
  }),
  whoami: command({
    words: 'the account you are signed in with',
    options: common,
    run: async ({ values }) => (await import('./client/session.ts')).whoami(values),
  }),
  'server list': command({
    words: 'servers you may see',
    options: {
      state: { type: 'string', value: 'STATE', words: 'only those that are running, stopped, crashed …' },
      search: { type: 'string', value: 'TEXT', words: 'part of a name, a blueprint or a node, or a port' },
      ...common,
    },
    run: async ({ values }) => (await import('./client/servers.ts')).listServers(values),
  }),
  'server show': command({
    words: 'all there is to know of one',
    args: ['SERVER'],
    options: common,
    run: async ({ args, values }) => (await import('./client/servers.ts')).showServer(args, values),
  }),
  'server create': command({
    words: 'makes a server; it installs by itself',
    args: ['NAME'],
    options: {
      blueprint: { type: 'string', short: 'b', value: 'BLUEPRINT', words: 'which game; see `stellar blueprint list`' },
      node: { type: 'string', value: 'NODE', words: 'where; the only one unless given' },
      image: { type: 'string', value: 'LABEL', words: 'one of the blueprint’s images; the first unless given' },
      set: { type: 'string', multiple: true, value: 'NAME=VALUE', words: 'a variable of the blueprint' },
      'set-file': { type: 'string', multiple: true, value: 'NAME=FILE', words: 'the same from a file, for secrets' },
      port: { type: 'string', multiple: true, value: 'NAME=NUMBER', words: 'a port; a free one unless given' },
      memory: { type: 'string', value: 'AMOUNT', words: 'e.g. 4GiB' },
      cpu: { type: 'string', value: 'AMOUNT', words: 'cores, e.g. 1.5, or percent of one, e.g. 150%' },
      disk: { type: 'string', value: 'AMOUNT', words: 'e.g. 20GB' },
      'no-start': { type: 'boolean', words: 'leaves it stopped after the installation' },
      wait: { type: 'boolean', words: 'until it runs, with the progress of the installation' },
      timeout,
      ...common,
    },
    run: async ({ args, values }) => (await import('./client/create.ts')).createServer(args, values),
  }),
  'server start': power('start', 'starts servers'),
  'server stop': power('stop', 'stops servers the way the game wants it'),
  'server restart': power('restart', 'stops and starts servers'),
  'server kill': power('kill', 'ends servers without asking the game; what it did not save is lost'),
  'server console': command({
    words: 'live lines and commands; Ctrl-D leaves',
    args: ['SERVER'],
    options: {
      lines: { type: 'string', short: 'n', value: 'COUNT', words: 'lines from before (100)' },
      timestamps,
      ...common,
    },
    notes:
      'Where standard input is no terminal, its lines are sent as commands, and it ends a moment after the answer to the last one.',
    run: async ({ args, values }) => (await import('./client/console.ts')).consoleOf(args, values),
  }),
  'server send': command({
    words: 'sends one command to the console',
    args: ['SERVER', 'COMMAND...'],
    options: { panel },
    run: async ({ args, values }) => (await import('./client/logs.ts')).sendTo(args, values),
  }),
  'server logs': command({
    words: 'lines of the console',
    args: ['SERVER'],
    options: {
      lines: { type: 'string', short: 'n', value: 'COUNT', words: 'the last so many (200)' },
      follow: { type: 'boolean', short: 'f', words: 'and those that come' },
      search: { type: 'string', value: 'TEXT', words: 'only lines that hold it' },
      timestamps,
      json: { type: 'boolean', words: 'for programs: one JSON object a line' },
      panel,
    },
    run: async ({ args, values }) => (await import('./client/logs.ts')).logsOf(args, values),
  }),
  'server delete': command({
    words: 'deletes a server with all its files',
    args: ['SERVER'],
    options: { yes: { type: 'boolean', short: 'y', words: 'without asking' }, ...common },
    run: async ({ args, values }) => (await import('./client/servers.ts')).deleteServer(args, values),
  }),
  'node list': command({
    words: 'machines that run servers',
    options: common,
    run: async ({ values }) => (await import('./client/nodes.ts')).listNodes(values),
  }),
  'node show': command({
    words: 'all there is to know of one',
    args: ['NODE'],
    options: common,
    run: async ({ args, values }) => (await import('./client/nodes.ts')).showNode(args, values),
  }),
  'blueprint list': command({
    words: 'games the panel knows',
    options: common,
    run: async ({ values }) => (await import('./client/nodes.ts')).listBlueprints(values),
  }),
} satisfies Commands
