// How to install and run Valheim's dedicated server.
import { defineBlueprint, steamInstall } from 'stellar/plugin'

const run = `set -- -nographics -batchmode -name "$SERVER_NAME" -port "$SERVER_PORT" -world "$WORLD" -password "$PASSWORD" \\
  -public "$PUBLIC" -savedir "$DATA_PATH/saves" -saveinterval "$SAVE_INTERVAL" -backups "$BACKUPS"
[ "$CROSSPLAY" = 0 ] || set -- "$@" -crossplay
exec ./valheim_server.x86_64 "$@"`

export const blueprint = defineBlueprint({
  schema: 1,
  id: 'valheim',
  version: 1,
  name: 'Valheim',
  summary: 'Survive as Vikings, two to ten of you; crossplay ready.',
  tags: ['survival', 'building'],
  homepage: 'https://www.valheimgame.com',
  plate: { motif: 'longship', hue: 35 },
  images: [{ label: 'Stable', image: 'ghcr.io/pelican-eggs/games:valheim' }],
  start: ['/bin/sh', '-euc', run],
  environment: { LD_LIBRARY_PATH: './linux64', SteamAppId: '892970' },
  variables: [
    {
      kind: 'text',
      name: 'WORLD',
      label: 'World',
      required: true,
      default: 'Dedicated',
      pattern: '[A-Za-z0-9_-]+',
      patternHint: 'Letters, digits, dashes and underscores.',
      maxLength: 20,
    },
    {
      kind: 'secret',
      name: 'PASSWORD',
      label: 'Password to join',
      hint: 'At least five characters, and not part of the server’s name. Made up when left empty.',
      required: true,
      minLength: 5,
      maxLength: 20,
      generate: true,
    },
    {
      kind: 'switch',
      name: 'CROSSPLAY',
      label: 'Crossplay',
      hint: 'Players join with a code that the console shows.',
      default: false,
      on: '1',
      off: '0',
    },
    { kind: 'switch', name: 'PUBLIC', label: 'In the server list', default: true, on: '1', off: '0' },
    {
      kind: 'number',
      name: 'SAVE_INTERVAL',
      label: 'Time between saves',
      default: 1800,
      min: 60,
      max: 86_400,
      unit: 's',
    },
    { kind: 'number', name: 'BACKUPS', label: 'World backups kept', default: 4, min: 0, max: 100 },
    { kind: 'text', name: 'STEAM_BRANCH', label: 'Beta branch at Steam', access: 'admin', pattern: '[\\w.-]*' },
  ],
  ports: [
    { name: 'game', label: 'Game', protocol: 'udp', preferred: 2456 },
    // The game takes the number after the game port; it has no option for another.
    { name: 'query', label: 'Query (game port + 1)', protocol: 'udp', preferred: 2457 },
  ],
  resources: { memoryMiB: 4096, minimumMemoryMiB: 2048, cpuPercent: 200, diskMB: 8000 },
  install: steamInstall({ app: 896_660 }),
  ready: {
    when: 'line',
    match: [{ text: 'Game server connected' }, { regex: 'Session ".*" with join code \\d+' }],
    timeoutSeconds: 600,
  },
  stop: { by: { kind: 'signal', signal: 'SIGINT' }, graceSeconds: 120 },
  console: { input: 'none' },
  hints: [
    {
      id: 'password-refused',
      match: { regex: '[Pp]assword (is too short|is already part of)|Error bad password' },
      title: 'Valheim refuses the password',
      advice: 'It needs at least five characters and must not be part of the server’s or the world’s name.',
    },
  ],
  adapter: 'valve-query',
})
