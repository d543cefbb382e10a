// A small blueprint for tests of servers: one of each thing that use cases look at.
import { type Blueprint, blueprintSchema } from '#core/domain/blueprint.ts'

export const testBlueprint: Blueprint = blueprintSchema.parse({
  schema: 1,
  id: 'test-game',
  version: 1,
  name: 'Test game',
  summary: 'A game for tests',
  plate: { motif: 'cube', hue: 100 },
  images: [
    { label: 'Stable', image: 'docker.io/library/debian:12' },
    { label: 'Next', image: 'docker.io/library/debian:13' },
  ],
  start: ['/game', '--players', '{{MAX_PLAYERS}}', '--password', '{{PASSWORD}}', '--port', '{{SERVER_PORT}}'],
  variables: [
    { name: 'MAX_PLAYERS', label: 'Players', kind: 'number', default: 8, min: 1, max: 64 },
    { name: 'PASSWORD', label: 'Password', kind: 'secret', generate: true },
    { name: 'EULA', label: 'Licence accepted', kind: 'switch', on: '1', off: '0' },
    { name: 'SEED', label: 'Seed', kind: 'text', access: 'admin' },
  ],
  ports: [
    { name: 'game', label: 'Game', protocol: 'udp', preferred: 25_565 },
    { name: 'query', label: 'Query', protocol: 'udp', preferred: 25_566, required: false },
  ],
  resources: { memoryMiB: 1024, minimumMemoryMiB: 256, cpuPercent: 100, diskMB: 2000 },
  install: { image: 'docker.io/library/debian:12', script: 'true' },
  ready: { when: 'line', match: [{ text: 'ready' }] },
  stop: { by: { kind: 'command', command: 'quit' } },
  hints: [
    {
      id: 'eula',
      match: { text: 'accept the licence' },
      title: 'The licence is not accepted.',
      advice: 'Accept it to go on.',
      fix: { label: 'Accept', variable: 'EULA', value: '1' },
    },
  ],
})
