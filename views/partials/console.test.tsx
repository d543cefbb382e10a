import { describe, expect, it } from 'vitest'
import { drawn } from '#core/testing/drawn.ts'
import { serverOf } from '#core/testing/server-fixtures.ts'
import { partsOf } from './command-line.tsx'
import { Console, plainLine } from './console.tsx'

describe('the console without script', () => {
  it.each([
    ['output', 'o', '\u001b[31mred\u001b[0m', 'red'],
    ['a command', 'i', 'mara\tsay hi', '> say hi'],
    ['a sentence of Stellar', 's', 'Started', '[Stellar] Started'],
    ['a gap', 'g', '3', '— 3 lines are missing —'],
    ['a gap that is not a number', 'g', '<b>', '— some lines are missing —'],
  ] as const)('shows %s as plain text', (_, kind, text, shown) => {
    expect(plainLine({ number: 1, at: 0, kind, text })).toBe(shown)
  })

  it('has a form for commands, and none that works for a game that reads none', async () => {
    const html = await drawn(<Console server={serverOf()} lines={[]} moreAbove={false} />)
    expect(html).toMatch(/<form class="command-line" method="post" action="\/servers\/[^"]+\/command"/)
    expect(html).toMatch(/<input name="command"[^>]* required=""/)
    const silent = await drawn(<Console server={serverOf({ consoleInput: 'none' })} lines={[]} moreAbove={false} />)
    expect(silent).toMatch(/<input name="command"[^>]* disabled=""/)
  })

  it('is a log that does not talk by itself', async () => {
    const html = await drawn(<Console server={serverOf()} lines={[]} moreAbove={false} />)
    expect(html).toMatch(/role="log" aria-live="off" aria-label="Console of Hearthvale SMP" tabindex="0"/)
  })
})

describe('the parts of a command line', () => {
  it.each([
    ['plain', 'nogui', 'nogui', [{ text: 'nogui' }]],
    ['a variable alone', '{{MOTD}}', 'Hello', [{ text: 'Hello', variable: 'MOTD' }]],
    ['a variable within', '-Xmx{{HEAP}}', '-Xmx6G', [{ text: '-Xmx' }, { text: '6G', variable: 'HEAP' }]],
    [
      'characters that mean something in expressions',
      '(.*){{A}}',
      '(.*)x',
      [{ text: '(.*)' }, { text: 'x', variable: 'A' }],
    ],
    ['a template that does not fit any more', '-p{{PORT}}', '--port=1', [{ text: '--port=1' }]],
  ])('%s', (_, template, filled, parts) => {
    expect(partsOf(template, filled)).toEqual(parts)
  })
})
