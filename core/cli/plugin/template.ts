// The files that `stellar plugin new` writes: a game with an adapter and a test, to be changed into one's own.
import { sdkVersion } from '#core/plugins/sdk-version.ts'

/** For editors, with the versions that Stellar itself is made with; the single file does not carry its package.json whole. */
export const editorPackages = {
  '@standard-schema/spec': '1.1.0',
  '@types/node': '24.19.2',
  typescript: '7.0.2',
  zod: '4.6.7',
} as const

/** `types`: of the SDK; undefined where they cannot be had. */
export function pluginFiles(name: string, types: string | undefined): Readonly<Record<string, string>> {
  const title = name.replace(/(^|-)(\w)/g, (_, dash: string, letter: string) => `${dash && ' '}${letter.toUpperCase()}`)
  return {
    'plugin.ts': `// ${title}: how to install, run and stop it (blueprint.ts), and how to ask who plays (adapter.ts).
import { definePlugin } from 'stellar/plugin'
import { blueprint } from './blueprint.ts'

export default definePlugin({
  name: '${name}',
  summary: '${title}, with who plays.',
  version: '0.1.0',
  sdk: ${sdkVersion},
  panel: () => ({ blueprints: [blueprint] }),
  // Imported when a node asks for it: a panel never evaluates the adapter.
  node: async () => ({ games: [(await import('./adapter.ts')).adapter] }),
})
`,
    'blueprint.ts': `// Everything there is to know about installing, starting, watching and stopping the game: pure data.
import { defineBlueprint } from 'stellar/plugin'

export const blueprint = defineBlueprint({
  schema: 1,
  id: '${name}',
  version: 1,
  name: '${title}',
  summary: 'What players should know of it, in one sentence.',
  plate: { motif: 'orbit', hue: 200 },
  images: [{ label: 'Stable', image: 'docker.io/library/debian:12-slim' }],
  // What runs in place of the image's own command. A shell script reads the environment: no placeholders in it.
  start: ['/bin/sh', '-euc', 'echo "Ready on port $SERVER_PORT for $MAX_PLAYERS players"; exec cat'],
  variables: [{ kind: 'number', name: 'MAX_PLAYERS', label: 'Player slots', default: 20, min: 1, max: 200, required: true }],
  ports: [{ name: 'game', label: 'Game', protocol: 'tcp', preferred: 27000 }],
  resources: { memoryMiB: 128, minimumMemoryMiB: 32, cpuPercent: 50, diskMB: 200 },
  ready: { when: 'line', match: [{ text: 'Ready on port' }] },
  stop: { by: { kind: 'signal', signal: 'SIGTERM' }, cleanExitCodes: [143] },
  adapter: '${name}',
})
`,
    'adapter.ts': `// Asks the game itself who plays. Here: one line over TCP, answered by "players 3 of 20, version 1.2".
import { connect } from 'node:net'
import type { GameAdapter, PlayersAnswer } from 'stellar/plugin'

export const adapter: GameAdapter = {
  id: '${name}',
  async query({ host, port }, signal) {
    return readAnswer(await ask(host, port, 'players\\n', signal))
  },
}

/** Throws when it is not what the game should say: whoever answers on that port may be another program. */
export function readAnswer(line: string): PlayersAnswer {
  const [, players, capacity, version] = /^players (\\d{1,4}) of (\\d{1,4}), version ([\\w.-]{1,20})$/.exec(line) ?? []
  if (players === undefined || capacity === undefined || version === undefined) throw new Error(\`“\${line.slice(0, 80)}” is no answer\`)
  return { players: Number(players), capacity: Number(capacity), version }
}

/** The first line of the answer. The signal ends in any case: nothing may be left open then. */
async function ask(host: string, port: number, question: string, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted()
  const socket = connect({ host, port, signal })
  try {
    socket.write(question)
    let text = ''
    for await (const chunk of socket) {
      text += String(chunk)
      const end = text.indexOf('\\n')
      if (end !== -1) return text.slice(0, end)
      if (text.length > 1000) break
    }
    throw new Error('the game said nothing that ends')
  } finally {
    socket.destroy()
  }
}
`,
    'plugin.test.ts': `// Run with \`stellar plugin test\`.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchGolden, openPlugin, planOf, scriptedServer } from 'stellar/plugin/testing'
import { adapter } from './adapter.ts'
import { blueprint } from './blueprint.ts'
import plugin from './plugin.ts'

test('the plugin opens and brings its game and its adapter', async () => {
  await using opened = await openPlugin(plugin())
  assert.deepEqual(opened.panel.all('blueprints').map(({ id }) => id), ['${name}'])
  assert.deepEqual(opened.node.all('games').map(({ id }) => id), ['${name}'])
})

test('a server is told what was chosen', () => {
  // The whole plan, kept in a file: read what changed in it before you keep it (UPDATE_GOLDEN=1).
  matchGolden(planOf(blueprint, { variables: { MAX_PLAYERS: '7' } }), new URL('./plan.golden.json', import.meta.url))
})

test('a wrong choice is refused', () => {
  assert.throws(() => planOf(blueprint, { variables: { MAX_PLAYERS: '0' } }))
})

test('the adapter counts players', async () => {
  await using game = await scriptedServer('tcp', (asked) =>
    String(Buffer.from(asked)) === 'players\\n' ? 'players 3 of 20, version 1.2\\n' : undefined,
  )
  assert.deepEqual(await adapter.query(game, AbortSignal.timeout(5000)), { players: 3, capacity: 20, version: '1.2' })
})

test('the adapter gives up on a game that talks nonsense, or not at all', async () => {
  await using nonsense = await scriptedServer('tcp', () => 'HTTP/1.1 400\\n')
  await assert.rejects(adapter.query(nonsense, AbortSignal.timeout(5000)), /is no answer/)
  await using silent = await scriptedServer('tcp', () => undefined)
  await assert.rejects(adapter.query(silent, AbortSignal.timeout(200)))
})
`,
    'README.md': `# ${title}

A plugin for Stellar: \`blueprint.ts\` says how to install, run and stop the game, \`adapter.ts\` asks it who plays.

\`\`\`sh
stellar plugin test            # runs plugin.test.ts
stellar plugin add .           # copies it into $STELLAR_DATA/plugins; panel and node open it at their next start
npm pack                       # a tarball that \`stellar plugin add\` takes elsewhere
\`\`\`

For an editor, \`npm install\` once: \`types/stellar-plugin.d.ts\` knows \`stellar/plugin\`, and builds on the types of zod. Nothing is
compiled: Stellar runs TypeScript whose types can be erased (no enums, no namespaces; imports with their \`.ts\`).

\`sdk: ${sdkVersion}\` in \`plugin.ts\` and \`package.json\` is the SDK it was written for.
`,
    'package.json': `${JSON.stringify(
      {
        name: `stellar-plugin-${name}`,
        version: '0.1.0',
        type: 'module',
        main: 'plugin.ts',
        files: ['*.ts', '!*.test.ts'],
        stellar: { sdk: sdkVersion },
        scripts: { test: 'stellar plugin test', check: 'tsc' },
        devDependencies: editorPackages,
      },
      undefined,
      2,
    )}\n`,
    'tsconfig.json': `${JSON.stringify(
      {
        compilerOptions: {
          target: 'es2024',
          lib: ['es2024', 'esnext.disposable'],
          module: 'nodenext',
          types: ['node'],
          noEmit: true,
          strict: true,
          verbatimModuleSyntax: true,
          erasableSyntaxOnly: true,
          allowImportingTsExtensions: true,
          skipLibCheck: true,
        },
        include: ['*.ts', 'types'],
      },
      undefined,
      2,
    )}\n`,
    ...(types === undefined ? {} : { 'types/stellar-plugin.d.ts': types }),
    '.gitignore': 'node_modules/\n*.tgz\n',
  }
}
