// Two blueprints for tests alone, as the source of plugins on disk: write them into `$STELLAR_DATA/plugins` and the
// panel loads them as it would a stranger's. flying-squid speaks the Minecraft protocol without Java; chatter is a
// server that fails on command.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { registryHost } from './services.ts'

/** Panels of test files that run beside each other have one machine, and none knows what the other gave away. */
const ownPort = (port: number): number => port + 100 * (Number(process.env['VITEST_POOL_ID'] ?? 1) - 1)

const flyingSquidPlugin = `// A Minecraft-protocol server on Node, for tests.
import { defineBlueprint, definePlugin } from 'stellar/plugin'

const blueprint = defineBlueprint({
  schema: 1,
  id: 'flying-squid',
  version: 1,
  name: 'Flying Squid',
  summary: 'A Minecraft-protocol server for tests.',
  tags: ['minecraft', 'test'],
  plate: { motif: 'squid', hue: 210 },
  images: [{ label: 'Test bed', image: '${registryHost}/tb-minecraft' }],
  start: ['tb-start'],
  variables: [
    {
      kind: 'choice',
      name: 'MC_VERSION',
      label: 'Version',
      required: true,
      default: '1.16.5',
      options: ['1.8.8', '1.12.2', '1.16.5', '1.20.2', '1.21.4'].map((value) => ({ value, label: value })),
    },
    { kind: 'number', name: 'MAX_PLAYERS', label: 'Player slots', default: 20, min: 1, max: 100 },
    { kind: 'number', name: 'VIEW_DISTANCE', label: 'View distance', default: 2, min: 1, max: 16 },
    { kind: 'switch', name: 'ONLINE_MODE', label: 'Check accounts', default: false },
  ],
  ports: [{ name: 'game', label: 'Game', protocol: 'tcp', preferred: ${ownPort(25_565)} }],
  resources: { memoryMiB: 384, minimumMemoryMiB: 192, cpuPercent: 100, diskMB: 500 },
  ready: { when: 'line', match: [{ regex: 'Server listening on port \\\\d+' }], timeoutSeconds: 90 },
  stop: { by: { kind: 'command', command: 'stop' }, graceSeconds: 30, cleanExitCodes: [143] },
  adapter: 'minecraft',
})

export const flyingSquid = definePlugin({
  name: 'flying-squid',
  summary: 'A Minecraft-protocol server for tests.',
  panel: () => ({ blueprints: [blueprint] }),
})
`

export const chatterPlugin = `// A server that talks, eats and dies on command, for tests.
import { defineBlueprint, definePlugin } from 'stellar/plugin'

const blueprint = defineBlueprint({
  schema: 1,
  id: 'chatter',
  version: 1,
  name: 'Chatter',
  summary: 'A server for tests that fails on command.',
  tags: ['test'],
  plate: { motif: 'speech', hue: 330 },
  images: [{ label: 'Test bed', image: '${registryHost}/tb-chatter' }],
  start: ['tb-start'],
  variables: [
    { kind: 'number', name: 'MAX_PLAYERS', label: 'Player slots', required: true, default: 16, min: 1, max: 100 },
    { kind: 'number', name: 'PLAYERS', label: 'Players at the start', default: 0, min: 0, max: 100 },
    { kind: 'number', name: 'START_DELAY', label: 'Start delay', default: 0, min: 0, max: 600, unit: 's' },
    { kind: 'text', name: 'START_FAIL', label: 'Exit code of a failing start', pattern: '\\\\d*', patternHint: 'A number, or nothing.' },
    { kind: 'number', name: 'STOP_DELAY', label: 'Stop delay', default: 0, min: 0, max: 600, unit: 's' },
    { kind: 'number', name: 'TICK', label: 'Seconds between lines', default: 0, min: 0, max: 60 },
    { kind: 'secret', name: 'RCON_PASSWORD', label: 'RCON password' },
    { kind: 'text', name: 'INSTALL', label: 'What the installation does', default: 'ok', pattern: 'ok|fail|slow', patternHint: 'ok, fail or slow.' },
  ],
  ports: [{ name: 'game', label: 'Game', protocol: 'both', preferred: ${ownPort(25_570)} }],
  resources: { memoryMiB: 128, minimumMemoryMiB: 64, cpuPercent: 100, diskMB: 500 },
  install: {
    image: '${registryHost}/tb-base',
    timeoutSeconds: 120,
    memoryMiB: 128,
    script: \`cd "$DATA_PATH"
echo "Installing $SERVER_NAME"
case $INSTALL in
  fail) echo "The installation fails, as asked."; exit 3 ;;
  slow) for second in 1 2 3 4 5 6 7 8 9 10; do echo "step $second of 10"; sleep 1; done ;;
esac
date >installed\`,
  },
  configFiles: [{ path: 'chatter.properties', format: 'properties', set: { port: '{{SERVER_PORT}}', name: '{{SERVER_NAME}}' } }],
  ready: { when: 'line', match: [{ regex: 'tb-chatter ready on port \\\\d+' }], timeoutSeconds: 30 },
  stop: { by: { kind: 'command', command: 'stop' }, graceSeconds: 10 },
  crash: { maxRestarts: 2, windowSeconds: 60, delaySeconds: 1 },
  hints: [
    {
      id: 'agreement',
      match: { text: 'you have to agree first' },
      title: 'The agreement is not accepted',
      advice: 'Set the delay and start again.',
      fix: { label: 'Set the delay', variable: 'START_DELAY', value: '1' },
    },
  ],
  adapter: 'valve-query',
})

export const chatter = definePlugin({
  name: 'chatter',
  summary: 'A server for tests that fails on command.',
  panel: () => ({ blueprints: [blueprint] }),
})
`

/** Writes both into the data folder; call it before the panel starts. */
export async function writeTestPlugins(dataDirectory: string): Promise<void> {
  const folder = join(dataDirectory, 'plugins')
  await mkdir(join(folder, 'flying-squid'), { recursive: true })
  await writeFile(join(folder, 'chatter.ts'), chatterPlugin)
  await writeFile(join(folder, 'flying-squid', 'plugin.ts'), flyingSquidPlugin)
}

/** Image mirrors that let the built-in blueprints run on the test bed: from what they name to what it has. */
export const testbedMirrors: Readonly<Record<string, { readonly from: string; readonly to: string }>> = {
  luanti: { from: 'ghcr.io/luanti-org/luanti:latest', to: `${registryHost}/tb-minetest:latest` },
  teeworlds: { from: 'docker.io/library/debian:12-slim', to: `${registryHost}/tb-teeworlds:latest` },
  bzflag: { from: 'docker.io/library/debian:12-slim', to: `${registryHost}/tb-bzflag:latest` },
  openttd: { from: 'ghcr.io/pelican-eggs/yolks:debian', to: `${registryHost}/tb-openttd:latest` },
  mumble: { from: 'docker.io/mumblevoip/mumble-server:latest', to: `${registryHost}/tb-mumble:latest` },
}
