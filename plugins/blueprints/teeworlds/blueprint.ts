// How to install and run Teeworlds' server from Debian's archive.
import { debianImage, debianInstall, defineBlueprint } from 'stellar/plugin'

// It finds its data by storage.cfg in the working directory. Quotes inside a setting would end it.
const run = `root=$DATA_PATH/game
[ -x "$root/usr/games/teeworlds-server" ] || root=
export LD_LIBRARY_PATH="$(echo "$root"/usr/lib/*-linux-gnu):\${LD_LIBRARY_PATH:-}"
printf 'add_path $CURRENTDIR\\nadd_path %s/usr/share/games/teeworlds/data\\n' "$root" >storage.cfg
[ -e server.cfg ] || printf '# One console command a line, such as: sv_scorelimit 20\\n' >server.cfg
bare() { printf %s "$1" | tr -d '"\\\\'; }
exec "$root/usr/games/teeworlds-server" -f server.cfg "sv_port $SERVER_PORT" "sv_name \\"$(bare "$SERVER_NAME")\\"" "sv_max_clients $MAX_PLAYERS" \\
  "sv_map $MAP" "sv_gametype $GAMETYPE" "sv_register $PUBLIC" "password \\"$(bare "$PASSWORD")\\"" "sv_rcon_password \\"$(bare "$RCON_PASSWORD")\\""`

export const blueprint = defineBlueprint({
  schema: 1,
  id: 'teeworlds',
  version: 1,
  name: 'Teeworlds',
  summary: 'Fast and silly shooting in two dimensions.',
  tags: ['shooter'],
  homepage: 'https://teeworlds.com',
  plate: { motif: 'hook', hue: 185 },
  images: [{ label: 'Debian 12', image: debianImage }],
  start: ['/bin/sh', '-euc', run],
  variables: [
    { kind: 'number', name: 'MAX_PLAYERS', label: 'Player slots', required: true, default: 16, min: 1, max: 64 },
    {
      kind: 'choice',
      name: 'GAMETYPE',
      label: 'Game type',
      required: true,
      default: 'dm',
      options: [
        { value: 'dm', label: 'Deathmatch' },
        { value: 'tdm', label: 'Team deathmatch' },
        { value: 'ctf', label: 'Capture the flag' },
        { value: 'lms', label: 'Last man standing' },
        { value: 'lts', label: 'Last team standing' },
      ],
    },
    {
      kind: 'text',
      name: 'MAP',
      label: 'First map',
      required: true,
      default: 'dm1',
      pattern: '[A-Za-z0-9_-]+',
      patternHint: 'A map’s name such as dm1 or ctf2.',
      maxLength: 60,
    },
    { kind: 'secret', name: 'PASSWORD', label: 'Password to join', maxLength: 30 },
    {
      kind: 'secret',
      name: 'RCON_PASSWORD',
      label: 'RCON password',
      generate: true,
      access: 'admin',
      minLength: 6,
      maxLength: 30,
    },
    { kind: 'switch', name: 'PUBLIC', label: 'In the server list', default: false, on: '1', off: '0' },
  ],
  ports: [{ name: 'game', label: 'Game', protocol: 'udp', preferred: 8303 }],
  resources: { memoryMiB: 128, minimumMemoryMiB: 64, cpuPercent: 50, diskMB: 500 },
  install: debianInstall({ packages: ['teeworlds-server'], unless: '[ -x /usr/games/teeworlds-server ]' }),
  ready: { when: 'line', match: [{ text: '[server]: version ' }], timeoutSeconds: 60 },
  // It handles no signal and keeps no state: it dies of SIGTERM, and nothing is lost.
  stop: { by: { kind: 'signal', signal: 'SIGTERM' }, graceSeconds: 10, cleanExitCodes: [143] },
  console: { input: 'none' },
  hints: [
    {
      id: 'map-missing',
      match: { regex: "failed to load map|couldn't load map" },
      title: 'The map is not there',
      advice: 'Put it into the folder maps, or choose one that comes with the game, such as dm1 or ctf2.',
    },
  ],
})
