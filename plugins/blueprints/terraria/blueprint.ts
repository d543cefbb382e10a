// How to install and run Terraria's own dedicated server.
import { defineBlueprint } from 'stellar/plugin'

export const blueprint = defineBlueprint({
  schema: 1,
  id: 'terraria',
  version: 1,
  name: 'Terraria',
  summary: 'Dig, fight, explore and build in two dimensions.',
  tags: ['survival', 'building'],
  homepage: 'https://terraria.org',
  plate: { motif: 'tree', hue: 110 },
  images: [{ label: 'Debian 12', image: 'ghcr.io/pelican-eggs/yolks:debian' }],
  start: [
    './server/TerrariaServer.bin.x86_64',
    '-config',
    '{{DATA_PATH}}/serverconfig.txt',
    '-port',
    '{{SERVER_PORT}}',
  ],
  // Its runtime refuses to start with a terminal type that it does not know.
  environment: { TERM: 'xterm' },
  variables: [
    {
      kind: 'text',
      name: 'TERRARIA_VERSION',
      label: 'Version',
      hint: 'Without dots: 1449 is 1.4.4.9. Install again after a change.',
      required: true,
      default: '1449',
      pattern: '\\d{3,5}',
      patternHint: 'The version without dots, such as 1449.',
    },
    { kind: 'number', name: 'MAX_PLAYERS', label: 'Player slots', required: true, default: 8, min: 1, max: 255 },
    { kind: 'secret', name: 'PASSWORD', label: 'Password to join', maxLength: 60 },
    {
      kind: 'text',
      name: 'WORLD',
      label: 'World',
      required: true,
      default: 'world',
      pattern: '[A-Za-z0-9_-]+',
      patternHint: 'Letters, digits, dashes and underscores.',
      maxLength: 20,
    },
    {
      kind: 'choice',
      name: 'WORLD_SIZE',
      label: 'Size of a new world',
      default: '2',
      options: [
        { value: '1', label: 'Small' },
        { value: '2', label: 'Medium' },
        { value: '3', label: 'Large' },
      ],
    },
    {
      kind: 'choice',
      name: 'DIFFICULTY',
      label: 'Difficulty of a new world',
      default: '0',
      options: [
        { value: '0', label: 'Classic' },
        { value: '1', label: 'Expert' },
        { value: '2', label: 'Master' },
        { value: '3', label: 'Journey' },
      ],
    },
    { kind: 'text', name: 'SEED', label: 'World seed', hint: 'Counts only for a new world.', maxLength: 64 },
    { kind: 'text', name: 'MOTD', label: 'Message of the day', default: 'Welcome', maxLength: 120 },
  ],
  ports: [{ name: 'game', label: 'Game', protocol: 'tcp', preferred: 7777 }],
  resources: { memoryMiB: 2048, minimumMemoryMiB: 1024, cpuPercent: 100, diskMB: 2000 },
  install: {
    image: 'ghcr.io/pelican-eggs/installers:debian',
    timeoutSeconds: 900,
    memoryMiB: 512,
    script: `cd "$DATA_PATH"
curl -fsSL --retry 3 --max-time 600 -o /tmp/terraria.zip \\
  "https://terraria.org/api/download/pc-dedicated-server/terraria-server-$TERRARIA_VERSION.zip"
rm -rf server.new /tmp/terraria
unzip -q /tmp/terraria.zip "$TERRARIA_VERSION/Linux/*" -d /tmp/terraria
mv "/tmp/terraria/$TERRARIA_VERSION/Linux" server.new
chmod +x server.new/TerrariaServer.bin.x86_64
rm -rf server
mv server.new server
mkdir -p worlds`,
  },
  configFiles: [
    {
      path: 'serverconfig.txt',
      format: 'properties',
      set: {
        world: '{{DATA_PATH}}/worlds/{{WORLD}}.wld',
        worldpath: '{{DATA_PATH}}/worlds',
        worldname: '{{WORLD}}',
        autocreate: '{{WORLD_SIZE}}',
        difficulty: '{{DIFFICULTY}}',
        seed: '{{SEED}}',
        maxplayers: '{{MAX_PLAYERS}}',
        password: '{{PASSWORD}}',
        motd: '{{MOTD}}',
        secure: '1',
        upnp: '0',
      },
    },
  ],
  ready: { when: 'line', match: [{ text: 'Server started' }], timeoutSeconds: 900 },
  stop: { by: { kind: 'command', command: 'exit' }, graceSeconds: 60 },
})
