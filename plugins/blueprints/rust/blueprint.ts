// How to install and run Rust's dedicated server.
import { defineBlueprint, steamInstall } from 'stellar/plugin'
import { bridge } from './bridge.ts'

export const blueprint = defineBlueprint({
  schema: 1,
  id: 'rust',
  version: 1,
  name: 'Rust',
  summary: 'Survive on an island where everybody else is the problem.',
  tags: ['survival', 'shooter'],
  homepage: 'https://rust.facepunch.com',
  plate: { motif: 'campfire', hue: 20 },
  images: [{ label: 'Stable', image: 'ghcr.io/pelican-eggs/games:rust' }],
  start: ['node', '-e', bridge],
  environment: {
    LD_LIBRARY_PATH: '{{DATA_PATH}}/RustDedicated_Data/Plugins/x86_64:{{DATA_PATH}}',
    // Of RCON, on loopback inside the container.
    BRIDGE_PORT: '28016',
  },
  variables: [
    { kind: 'number', name: 'MAX_PLAYERS', label: 'Player slots', required: true, default: 50, min: 1, max: 500 },
    {
      kind: 'number',
      name: 'WORLD_SIZE',
      label: 'Map size',
      required: true,
      default: 3500,
      min: 1000,
      max: 6000,
      unit: 'm',
    },
    {
      kind: 'text',
      name: 'WORLD_SEED',
      label: 'Map seed',
      hint: 'A number; another one makes another map.',
      pattern: '\\d{0,10}',
      patternHint: 'A number of up to ten digits.',
    },
    {
      kind: 'choice',
      name: 'GAMEMODE',
      label: 'Game mode',
      default: 'vanilla',
      options: [
        { value: 'vanilla', label: 'Vanilla' },
        { value: 'softcore', label: 'Softcore' },
        { value: 'hardcore', label: 'Hardcore' },
        { value: 'primitive', label: 'Primitive' },
      ],
    },
    { kind: 'text', name: 'DESCRIPTION', label: 'Description', maxLength: 200 },
    {
      kind: 'text',
      name: 'LEVEL_URL',
      label: 'Address of a custom map',
      pattern: '(https?://\\S+)?',
      patternHint: 'An address that begins with https://',
    },
    { kind: 'number', name: 'SAVE_INTERVAL', label: 'Time between saves', default: 300, min: 60, max: 3600, unit: 's' },
    {
      kind: 'secret',
      name: 'RCON_PASSWORD',
      label: 'RCON password',
      generate: true,
      access: 'admin',
      minLength: 8,
      maxLength: 60,
    },
    {
      kind: 'choice',
      name: 'STEAM_BRANCH',
      label: 'Branch at Steam',
      access: 'admin',
      default: '',
      options: [
        { value: '', label: 'Public' },
        { value: 'staging', label: 'Staging' },
      ],
    },
  ],
  ports: [
    { name: 'game', label: 'Game', protocol: 'udp', preferred: 28_015 },
    { name: 'query', label: 'Query', protocol: 'udp', preferred: 28_017 },
    { name: 'app', label: 'Rust+ app', protocol: 'tcp', preferred: 28_082 },
  ],
  resources: { memoryMiB: 12_288, minimumMemoryMiB: 8192, cpuPercent: 300, diskMB: 25_000 },
  install: steamInstall({ app: 258_550 }),
  ready: { when: 'line', match: [{ text: 'Server startup complete' }], timeoutSeconds: 1800 },
  stop: { by: { kind: 'command', command: 'quit' }, graceSeconds: 120, cleanExitCodes: [143] },
  adapter: 'valve-query',
})
