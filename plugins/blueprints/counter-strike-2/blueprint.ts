// How to install and run Counter-Strike 2's dedicated server.
import { defineBlueprint, steamInstall } from 'stellar/plugin'

const run = `export LD_LIBRARY_PATH="$DATA_PATH/game/bin/linuxsteamrt64:\${LD_LIBRARY_PATH:-}"
set -- -dedicated -usercon -ip 0.0.0.0 -port "$SERVER_PORT" -maxplayers "$MAX_PLAYERS"
[ -z "\${TV_PORT:-}" ] || set -- "$@" -tv_port "$TV_PORT"
set -- "$@" +game_type "\${GAME%% *}" +game_mode "\${GAME##* }" +map "$MAP" +hostname "$SERVER_NAME" \\
  +sv_password "$PASSWORD" +rcon_password "$RCON_PASSWORD" +sv_setsteamaccount "$STEAM_TOKEN"
exec ./game/bin/linuxsteamrt64/cs2 "$@"`

export const blueprint = defineBlueprint({
  schema: 1,
  id: 'counter-strike-2',
  version: 1,
  name: 'Counter-Strike 2',
  summary: 'Five against five, or whatever mode you like.',
  tags: ['shooter'],
  homepage: 'https://www.counter-strike.net',
  plate: { motif: 'crosshair', hue: 235 },
  images: [{ label: 'Steam runtime 3', image: 'ghcr.io/pelican-eggs/steamcmd:sniper' }],
  start: ['/bin/sh', '-euc', run],
  variables: [
    {
      kind: 'secret',
      name: 'STEAM_TOKEN',
      label: 'Game server token',
      hint: 'From https://steamcommunity.com/dev/managegameservers for app 730; without it only local players can join.',
      maxLength: 32,
    },
    {
      kind: 'choice',
      name: 'GAME',
      label: 'Mode',
      required: true,
      default: '0 1',
      options: [
        { value: '0 0', label: 'Casual' },
        { value: '0 1', label: 'Competitive' },
        { value: '0 2', label: 'Wingman' },
        { value: '1 0', label: 'Arms race' },
        { value: '1 2', label: 'Deathmatch' },
      ],
    },
    {
      kind: 'text',
      name: 'MAP',
      label: 'First map',
      required: true,
      default: 'de_dust2',
      pattern: '[a-z0-9_/]+',
      patternHint: 'A map’s name such as de_dust2.',
      maxLength: 60,
    },
    { kind: 'number', name: 'MAX_PLAYERS', label: 'Player slots', required: true, default: 10, min: 1, max: 64 },
    { kind: 'secret', name: 'PASSWORD', label: 'Password to join', maxLength: 60 },
    {
      kind: 'secret',
      name: 'RCON_PASSWORD',
      label: 'RCON password',
      generate: true,
      access: 'admin',
      minLength: 8,
      maxLength: 60,
    },
    { kind: 'text', name: 'STEAM_BRANCH', label: 'Beta branch at Steam', access: 'admin', pattern: '[\\w.-]*' },
  ],
  ports: [
    // Players over UDP, RCON over TCP, on one number.
    { name: 'game', label: 'Game and RCON', protocol: 'both', preferred: 27_015 },
    { name: 'tv', label: 'CSTV', protocol: 'udp', preferred: 27_020, required: false },
  ],
  resources: { memoryMiB: 4096, minimumMemoryMiB: 2048, cpuPercent: 200, diskMB: 70_000 },
  install: steamInstall({ app: 730 }),
  ready: {
    when: 'line',
    match: [
      { text: 'Connection to Steam servers successful' },
      { text: 'GC Connection established for server version' },
    ],
    timeoutSeconds: 600,
  },
  stop: { by: { kind: 'command', command: 'quit' }, graceSeconds: 30 },
  hints: [
    {
      id: 'token-refused',
      match: { regex: 'Could not establish connection to Steam servers|GSL token expired|Account Not Found' },
      title: 'Steam does not know the game server token',
      advice:
        'Make a new one for app 730 at https://steamcommunity.com/dev/managegameservers and enter it under Startup.',
    },
  ],
  adapter: 'valve-query',
})
