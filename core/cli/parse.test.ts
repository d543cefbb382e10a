import { expect, test } from 'vitest'
import { type Commands, command } from './command.ts'
import { findCommand, parseCall, unknownCommand } from './parse.ts'

const run = async () => 0
const table: Commands = {
  up: command({ words: 'all', run }),
  node: command({ words: 'a node', options: { token: { type: 'string', words: 'x' } }, run }),
  'node list': command({ words: 'nodes', options: { json: { type: 'boolean', words: 'x' } }, run }),
  'server stop': command({
    words: 'stops',
    args: ['SERVER...'],
    options: { wait: { type: 'boolean', words: 'x' } },
    run,
  }),
  'server logs': command({
    words: 'lines',
    args: ['SERVER', '[TEXT]'],
    options: { lines: { type: 'string', short: 'n', words: 'x' }, set: { type: 'string', multiple: true, words: 'x' } },
    run,
  }),
  secret: command({ words: 'x', hidden: true, run }),
}

function parse(line: string) {
  const words = line.split(' ')
  const found = findCommand(table, words)
  if (!found) throw unknownCommand(table, words)
  return { name: found.name, ...parseCall(table, found) }
}

test.each([
  ['node', 'node', [], {}],
  ['node --token x', 'node', [], { token: 'x' }],
  ['node list', 'node list', [], {}],
  ['server stop a b --wait', 'server stop', ['a', 'b'], { wait: true }],
  ['server logs a -n 5 --set x=1 --set y=2', 'server logs', ['a'], { lines: '5', set: ['x=1', 'y=2'] }],
  ['server logs a -- --wait', 'server logs', ['a', '--wait'], {}],
])('“%s” is understood', (line, name, args, values) => {
  expect(parse(line)).toEqual({ name, args, values })
})

test.each([
  ['nod', 'there is no command “nod”.', 'Did you mean `stellar node`?'],
  ['sevrer stop x', 'there is no command “sevrer”.', 'Did you mean `stellar server stop`?'],
  ['secert', 'there is no command “secert”.', 'See `stellar help`'],
  ['server', '`stellar server` needs a verb.', 'There are: stop, logs.'],
  ['server sotp x', '`stellar server` needs a verb; “sotp” is none.', 'Did you mean `stellar server stop`?'],
  ['node lits', 'does not know what to do with “lits”', 'Did you mean `stellar node list`?'],
  ['server stop', '`stellar server stop` needs SERVER.', 'See `stellar help server stop`.'],
  ['server logs a b c', 'does not know what to do with “c”', 'See `stellar help server logs`.'],
  ['server stop a --wiat', 'Unknown option --wiat of `stellar server stop`.', 'Did you mean --wait?'],
  ['server logs a --lines', 'argument missing', 'See `stellar help server logs`.'],
  ['up now', 'This command takes no arguments; it got “now”.', 'Settings come from the environment'],
])('“%s” is refused with what is wrong and what to do', (line, message, hint) => {
  expect(() => parse(line)).toThrow(
    expect.objectContaining({
      exit: 2,
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    }),
  )
})
