// How to run Factorio's headless server, which the image brings.
import { defineBlueprint } from 'stellar/plugin'

// The image's entrypoint wants to be root and to write beside the game; what it does is little.
const run = `mkdir -p saves mods config
[ -e config/map-gen-settings.json ] || cp /opt/factorio/data/map-gen-settings.example.json config/map-gen-settings.json
[ -e config/map-settings.json ] || cp /opt/factorio/data/map-settings.example.json config/map-settings.json
printf '[path]\\nread-data=/opt/factorio/data\\nwrite-data=%s\\n' "$DATA_PATH" >config/config.ini
set -- --config config/config.ini --mod-directory mods
rm -f saves/*.tmp.zip
if [ -z "$(find saves -name '*.zip' | head -n 1)" ]; then
  set -- "$@" --map-gen-settings config/map-gen-settings.json --map-settings config/map-settings.json
  [ "$PRESET" = default ] || set -- "$@" --preset "$PRESET"
  /opt/factorio/bin/x64/factorio "$@" --create "saves/world.zip"
  set -- --config config/config.ini --mod-directory mods
fi
exec /opt/factorio/bin/x64/factorio "$@" --port "$SERVER_PORT" --server-settings config/server-settings.json \\
  --server-adminlist config/server-adminlist.json --server-banlist config/server-banlist.json --start-server-load-latest`

export const blueprint = defineBlueprint({
  schema: 1,
  id: 'factorio',
  version: 1,
  name: 'Factorio',
  summary: 'Build and automate factories on an alien planet.',
  tags: ['building', 'automation'],
  homepage: 'https://factorio.com',
  plate: { motif: 'gear', hue: 55 },
  images: [
    { label: 'Stable', image: 'docker.io/factoriotools/factorio:stable' },
    { label: 'Experimental', image: 'docker.io/factoriotools/factorio:latest' },
  ],
  start: ['/bin/sh', '-euc', run],
  variables: [
    {
      kind: 'number',
      name: 'MAX_PLAYERS',
      label: 'Player slots',
      required: true,
      default: 10,
      min: 0,
      max: 500,
      hint: '0 for no limit.',
    },
    { kind: 'secret', name: 'GAME_PASSWORD', label: 'Password to join', maxLength: 60 },
    { kind: 'text', name: 'DESCRIPTION', label: 'Description', maxLength: 200 },
    {
      kind: 'choice',
      name: 'PRESET',
      label: 'Preset of a new map',
      default: 'default',
      options: [
        { value: 'default', label: 'Default' },
        { value: 'rich-resources', label: 'Rich resources' },
        { value: 'rail-world', label: 'Rail world' },
        { value: 'ribbon-world', label: 'Ribbon world' },
        { value: 'death-world', label: 'Death world' },
        { value: 'marathon', label: 'Marathon' },
        { value: 'island', label: 'Island' },
      ],
    },
    {
      kind: 'switch',
      name: 'PUBLIC',
      label: 'In the public server list',
      hint: 'Needs the user name and token below.',
      default: false,
    },
    { kind: 'text', name: 'FACTORIO_USERNAME', label: 'Name at factorio.com', maxLength: 60 },
    { kind: 'secret', name: 'FACTORIO_TOKEN', label: 'Token from factorio.com', maxLength: 60 },
    {
      kind: 'number',
      name: 'AUTOSAVE_INTERVAL',
      label: 'Time between saves',
      default: 10,
      min: 1,
      max: 1440,
      unit: 'min',
    },
    { kind: 'number', name: 'AUTOSAVE_SLOTS', label: 'Saves kept', default: 5, min: 1, max: 100 },
  ],
  ports: [{ name: 'game', label: 'Game', protocol: 'udp', preferred: 34_197 }],
  resources: { memoryMiB: 2048, minimumMemoryMiB: 1024, cpuPercent: 150, diskMB: 3000 },
  configFiles: [
    {
      path: 'config/server-settings.json',
      format: 'json',
      set: {
        name: '{{SERVER_NAME}}',
        description: '{{DESCRIPTION}}',
        max_players: '{{MAX_PLAYERS}}',
        'visibility.public': '{{PUBLIC}}',
        'visibility.lan': 'true',
        username: '{{FACTORIO_USERNAME}}',
        token: '{{FACTORIO_TOKEN}}',
        game_password: '{{GAME_PASSWORD}}',
        require_user_verification: '{{PUBLIC}}',
        autosave_interval: '{{AUTOSAVE_INTERVAL}}',
        autosave_slots: '{{AUTOSAVE_SLOTS}}',
        auto_pause: 'true',
      },
    },
  ],
  ready: { when: 'line', match: [{ text: 'Hosting game at IP ADDR' }], timeoutSeconds: 600 },
  stop: { by: { kind: 'command', command: '/quit' }, graceSeconds: 60 },
  hints: [
    {
      id: 'token-missing',
      match: { regex: 'Matching server connection failed|Missing username|Missing token' },
      title: 'factorio.com refuses this server',
      advice: 'A public server needs your name and token from https://factorio.com/profile.',
    },
  ],
})
