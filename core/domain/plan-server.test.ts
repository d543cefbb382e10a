import { describe, expect, test } from 'vitest'
import { InvalidInput } from '#core/base/errors.ts'
import { type Blueprint, blueprintSchema } from './blueprint.ts'
import { blueprintFaults } from './blueprint-faults.ts'
import { fill } from './placeholders.ts'
import { desiredServerSchema } from './plan.ts'
import { planServer, type ServerChoices } from './plan-server.ts'
import { gibibytes } from './resources.ts'

const blueprint: Blueprint = blueprintSchema.parse({
  schema: 1,
  id: 'chess',
  version: 1,
  name: 'Chess',
  summary: 'For a test.',
  plate: { motif: 'board', hue: 1 },
  images: [{ label: 'One', image: 'example.test/chess:1' }],
  start: ['serve', '--port', '{{SERVER_PORT}}', '--name={{SERVER_NAME}}', '--clock', '{{CLOCK}}', '{{UNKNOWN}}'],
  environment: { LEVEL: '{{LEVEL}}/{{SERVER_MEMORY}}', LITERAL: '$HOME {x}' },
  variables: [
    { kind: 'text', name: 'LEVEL', label: 'Level', default: 'easy' },
    { kind: 'number', name: 'CLOCK', label: 'Clock', default: 5, min: 1 },
    { kind: 'secret', name: 'PASSWORD', label: 'Password', generate: true },
  ],
  ports: [
    { name: 'game', label: 'Game', protocol: 'tcp', preferred: 4000 },
    { name: 'rcon-web', label: 'RCON', protocol: 'tcp', preferred: 4001, required: false },
  ],
  resources: { memoryMiB: 64, minimumMemoryMiB: 64, cpuPercent: 10, diskMB: 10 },
  install: { image: 'example.test/tools:1', script: 'echo "{{SERVER_NAME}} $SERVER_NAME"' },
  configFiles: [{ path: 'chess.cfg', format: 'ini', set: { password: '{{PASSWORD}}', rcon: '{{RCON_WEB_PORT}}' } }],
  ready: { when: 'running' },
  stop: { by: { kind: 'command', command: 'quit {{CLOCK}}' } },
  adapter: 'chess',
})

const choices: ServerChoices = {
  id: '0e5c0c7e-3f6e-4d0c-9d3a-3b1f0a4c7d11',
  name: 'Blitz',
  image: 'example.test/chess:1',
  variables: { CLOCK: '3' },
  ports: [{ name: 'game', port: 25_001, protocol: 'tcp' }],
  resources: { memoryBytes: gibibytes(1), cpuPercent: 50, diskBytes: 1e9 },
}
const plan = (change: Partial<ServerChoices> = {}) =>
  planServer(blueprint, { ...choices, ...change }, { generate: () => 'made-up' })

describe('a plan', () => {
  test('is the blueprint with every placeholder filled in', async () => {
    await expect(JSON.stringify(plan(), null, 2)).toMatchFileSnapshot('plan-server.golden.txt')
  })

  test('is what a node accepts', () => {
    const { run, install } = plan()
    const desired = {
      id: choices.id,
      name: choices.name,
      revision: 1,
      run,
      install: { request: 1, script: install },
      power: { want: 'running', request: 1, how: 'start' },
      deleted: false,
    }
    expect(desiredServerSchema.parse(desired)).toEqual(desired)
  })

  test('comes out the same when it is made again from its own values', () => {
    const first = plan()
    expect(planServer(blueprint, { ...choices, variables: first.values })).toEqual(first)
  })

  test('runs the install script as it stands: values reach it in the environment alone', () => {
    const { install } = plan({ name: '$(reboot)' })
    expect(install?.script).toBe('echo "{{SERVER_NAME}} $SERVER_NAME"')
    expect(install?.environment['SERVER_NAME']).toBe('$(reboot)')
  })

  test('fills once: a value that looks like a placeholder stays text', () => {
    const { run } = plan({ name: '{{PASSWORD}}', variables: { LEVEL: '{{SERVER_ID}}' } })
    expect(run.command).toContain('--name={{PASSWORD}}')
    expect(run.environment['LEVEL']).toBe('{{SERVER_ID}}/1024')
  })

  test('keeps a name to one line, as it ends up in config files of one setting a line', () => {
    expect(plan({ name: 'a\nop=all' }).run.environment['SERVER_NAME']).toBe('a op=all')
  })
})

test.each([
  'config.docker.token',
  'env.PATH',
  'process.env.HOME',
  '__proto__',
  'constructor',
  'toString',
  'UNKNOWN',
  '',
  ' CLOCK ',
])('attacks 14 and 44: {{%s}} renders nothing but what was given by that very name', (name) => {
  const values = new Map([['CLOCK', '3']])
  expect(fill(`<{{${name}}}>`, values)).toBe(name.trim() === 'CLOCK' ? '<3>' : '<>')
})

describe('a plan is refused', () => {
  test('with an image that the blueprint does not offer', () => {
    expect(() => plan({ image: 'evil.test/miner' })).toThrow(InvalidInput)
  })
  test('with wrong variables, each named', () => {
    expect(() => plan({ variables: { CLOCK: '0', X: '1' } })).toThrow(
      expect.objectContaining({ fields: { 'variables.CLOCK': 'At least 1.', 'variables.X': expect.any(String) } }),
    )
  })
  test('without a port that the game needs, or with one that it does not know', () => {
    expect(() => plan({ ports: [] })).toThrow(expect.objectContaining({ code: 'port-missing' }))
    const ports = [...choices.ports, { name: 'web', port: 1, protocol: 'tcp' as const }]
    expect(() => plan({ ports })).toThrow(expect.objectContaining({ code: 'port-unknown' }))
  })
})

describe('faults of a blueprint', () => {
  test.each<[Partial<Blueprint>, string]>([
    [{ variables: [...blueprint.variables, ...blueprint.variables.slice(0, 1)] }, 'LEVEL is declared twice'],
    [
      { variables: blueprint.variables.map((variable) => ({ ...variable, name: 'SERVER_PORT' })) },
      'SERVER_PORT is declared twice',
    ],
    [
      { variables: blueprint.variables.map((variable) => ({ ...variable, name: 'GAME_PORT' })) },
      'GAME_PORT is declared twice',
    ],
    [{ ready: { when: 'port', port: 'web', timeoutSeconds: 5 } }, 'there is no port web'],
    [{ console: { input: 'none', tty: false } }, 'a command cannot be sent'],
    [{ start: ['sh', '-ec', 'serve {{CLOCK}}'] }, 'a shell script may hold no placeholders'],
    [
      {
        hints: [
          {
            id: 'fault',
            match: { text: 'x' },
            title: 'x',
            advice: 'x',
            fix: { label: 'x', variable: 'GONE', value: '1' },
          },
        ],
      },
      'there is no variable GONE',
    ],
  ])('%#: %o', (change, fault) => {
    expect(blueprintFaults({ ...blueprint, ...change }).join('\n')).toContain(fault)
  })

  test('name a placeholder that nobody fills', () => {
    expect(blueprintFaults(blueprint)).toEqual([
      'start: {{UNKNOWN}} is neither a variable of this blueprint nor one that every server has',
    ])
  })
})
