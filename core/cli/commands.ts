// The table of all commands: help, completions and the parser read it, so that none of them can forget one.
import { careCommands } from './care-commands.ts'
import { clientCommands } from './client-commands.ts'
import { allOf, type Commands, command, type Section } from './command.ts'
import { pluginCommands } from './plugin-commands.ts'

const localCommands = {
  up: command({
    words: 'the panel and a node on this machine, in one go',
    run: async () => (await import('./up.ts')).up(),
  }),
  panel: command({ words: 'the panel alone', run: async () => (await import('./panel.ts')).panel() }),
  node: command({
    words: 'a node alone: it runs game servers for a panel elsewhere',
    options: {
      panel: { type: 'string', value: 'HOST:PORT', words: 'address of the panel’s link (first start)' },
      token: { type: 'string', value: 'TOKEN', words: 'enrolment token (first start); or STELLAR_TOKEN' },
      supervised: { type: 'boolean', words: 'takes orders from the process that started it', hidden: true },
    },
    run: async ({ values }) => (await import('./node.ts')).node(values),
  }),
  'owner create': command({
    words: 'makes the owner’s account',
    options: {
      email: { type: 'string', value: 'ADDRESS', words: 'to sign in with' },
      name: { type: 'string', value: 'TEXT', words: 'shown in the panel; the part before the @ unless given' },
    },
    notes: 'The password is asked for, or read from standard input.',
    run: async ({ values }) => (await import('./owner.ts')).owner(values),
  }),
  'owner reset': command({
    words: 'prints an address where the owner gets back in, once, for an hour',
    notes:
      'For a lost password, a lost second factor or a sign-in provider that is gone. It works beside a running panel.',
    run: async () => (await import('./owner-reset.ts')).resetOwner(),
  }),
  migrate: command({
    words: 'brings the database up to date and ends',
    run: async () => (await import('./migrate.ts')).migrate(),
  }),
} satisfies Commands

const aboutCommands = {
  completion: command({
    words: 'prints what makes a shell complete these commands',
    args: ['SHELL'],
    notes:
      'bash: source <(stellar completion bash)\nzsh:  source <(stellar completion zsh)\nfish: stellar completion fish | source\n\nPut that line into ~/.bashrc, ~/.zshrc or ~/.config/fish/config.fish.',
    run: async ({ args }) => (await import('./completion.ts')).completion(args),
  }),
  complete: command({
    words: 'what may come next; asked by the scripts of `completion`',
    args: ['[WORD...]'],
    hidden: true,
    run: async ({ args }) => (await import('./complete.ts')).complete(commands, args),
  }),
  version: command({ words: 'prints the version', run: async () => (await import('./help.ts')).version() }),
  licences: command({
    words: 'prints the licences of everything this program holds',
    run: async () => (await import('./licences.ts')).licences(),
  }),
  help: command({
    words: 'what a command does and takes',
    args: ['[COMMAND...]'],
    run: async ({ args }) => (await import('./help.ts')).help(sections, args),
  }),
} satisfies Commands

/** In the order of the overview. */
export const sections: readonly Section[] = [
  { title: 'On this machine', commands: localCommands },
  { title: 'Looking after it', commands: careCommands },
  { title: 'On a panel, from anywhere', commands: clientCommands },
  { title: 'Plugins of your own', commands: pluginCommands },
  { title: 'This program', commands: aboutCommands },
]

export const commands: Commands = allOf(sections)
