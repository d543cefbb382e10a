// How to install and run OpenTTD's dedicated server.
import { defineBlueprint } from 'stellar/plugin'

// The server runs game_start.scr when a game, new or loaded, has started: there is no other line for both.
const run = `game=$DATA_PATH/game/openttd
[ -x "$game" ] || game=/usr/games/openttd
mkdir -p scripts
[ -e scripts/game_start.scr ] || echo 'echo "Game started"' >scripts/game_start.scr
set -- -D "0.0.0.0:$SERVER_PORT" -c "$DATA_PATH/openttd.cfg"
[ ! -e save/autosave/exit.sav ] || set -- "$@" -g save/autosave/exit.sav
exec "$game" "$@"`

const install = `cd "$DATA_PATH"
if [ -x /usr/games/openttd ]; then echo "The image brings OpenTTD; nothing to download."; exit 0; fi
site=https://cdn.openttd.org
get() { curl -fsSL --retry 3 --max-time 600 "$@"; }
# Downloads FILE of SITE/FOLDER and compares it with the checksum in the folder's manifest.
fetch() {
  get -o "/tmp/$2" "$site/$1/$2"
  sum=$(get "$site/$1/manifest.yaml" | awk -v file="$2" 'index($0, "id: " file) { here = 1 } here && /sha256sum:/ { print $2; exit }')
  [ -n "$sum" ] || { echo "The manifest has no checksum of $2."; exit 1; }
  echo "$sum  /tmp/$2" | sha256sum -c -
}
version=$OPENTTD_VERSION
if [ "$version" = latest ]; then
  version=$(get "$site/openttd-releases/latest.yaml" | tr -d "'\\"" | sed -n 's/^[- ]*version: *\\([0-9][0-9.]*\\) *$/\\1/p' | sort -V | tail -n 1)
fi
[ -n "$version" ] || { echo "openttd.org names no latest version. Enter one."; exit 1; }
echo "OpenTTD $version"
fetch "openttd-releases/$version" "openttd-$version-linux-generic-amd64.tar.xz"
fetch opengfx-releases/7.1 opengfx-7.1-all.zip
rm -rf game.new
mkdir game.new
tar -xJf "/tmp/openttd-$version-linux-generic-amd64.tar.xz" --strip-components=1 -C game.new
unzip -q -o /tmp/opengfx-7.1-all.zip -d /tmp
tar -xf /tmp/opengfx-7.1.tar -C game.new/baseset --strip-components=1
rm -rf game
mv game.new game`

export const blueprint = defineBlueprint({
  schema: 1,
  id: 'openttd',
  version: 1,
  name: 'OpenTTD',
  summary: 'Build a transport company over a century.',
  tags: ['building', 'strategy'],
  homepage: 'https://www.openttd.org',
  plate: { motif: 'railway', hue: 45 },
  images: [{ label: 'Debian 12', image: 'ghcr.io/pelican-eggs/yolks:debian' }],
  start: ['/bin/sh', '-euc', run],
  variables: [
    {
      kind: 'text',
      name: 'OPENTTD_VERSION',
      label: 'Version',
      hint: 'A version such as 14.1, or latest. Players need the same. Install again after a change.',
      required: true,
      default: 'latest',
      pattern: 'latest|\\d+\\.\\d+(\\.\\d+)?',
      patternHint: 'Expected latest or a version such as 14.1.',
    },
    { kind: 'number', name: 'MAX_PLAYERS', label: 'Player slots', required: true, default: 25, min: 2, max: 255 },
    { kind: 'secret', name: 'PASSWORD', label: 'Password to join', maxLength: 60 },
    {
      kind: 'choice',
      name: 'MAP_SIZE',
      label: 'Size of a new map',
      default: '8',
      options: [
        { value: '7', label: '128 × 128' },
        { value: '8', label: '256 × 256' },
        { value: '9', label: '512 × 512' },
        { value: '10', label: '1024 × 1024' },
        { value: '11', label: '2048 × 2048' },
      ],
    },
    {
      kind: 'choice',
      name: 'LANDSCAPE',
      label: 'Landscape of a new map',
      default: 'temperate',
      options: [
        { value: 'temperate', label: 'Temperate' },
        { value: 'arctic', label: 'Arctic' },
        { value: 'tropic', label: 'Tropic' },
        { value: 'toyland', label: 'Toyland' },
      ],
    },
    { kind: 'number', name: 'START_YEAR', label: 'First year of a new map', default: 1950, min: 1900, max: 2050 },
    {
      kind: 'choice',
      name: 'VISIBILITY',
      label: 'Who sees it',
      default: 'local',
      options: [
        { value: 'local', label: 'Those who know the address' },
        { value: 'invite-only', label: 'Those with an invite code' },
        { value: 'public', label: 'Everybody, in the server list' },
      ],
    },
    { kind: 'secret', name: 'RCON_PASSWORD', label: 'RCON password', access: 'admin', maxLength: 60 },
  ],
  ports: [{ name: 'game', label: 'Game', protocol: 'both', preferred: 3979 }],
  resources: { memoryMiB: 512, minimumMemoryMiB: 192, cpuPercent: 100, diskMB: 1000 },
  install: { image: 'ghcr.io/pelican-eggs/yolks:debian', timeoutSeconds: 900, memoryMiB: 512, script: install },
  configFiles: [
    {
      path: 'openttd.cfg',
      format: 'ini',
      set: {
        'network.server_name': '{{SERVER_NAME}}',
        'network.client_name': 'server',
        'network.max_clients': '{{MAX_PLAYERS}}',
        'network.server_game_type': '{{VISIBILITY}}',
        'network.server_password': '{{PASSWORD}}',
        'network.rcon_password': '{{RCON_PASSWORD}}',
        'gui.autosave': 'monthly',
        'gui.autosave_on_exit': 'true',
        'game_creation.map_x': '{{MAP_SIZE}}',
        'game_creation.map_y': '{{MAP_SIZE}}',
        'game_creation.landscape': '{{LANDSCAPE}}',
        'game_creation.starting_year': '{{START_YEAR}}',
      },
    },
    // From version 12 on these live in files of their own, which win once the game has written them.
    {
      path: 'private.cfg',
      format: 'ini',
      set: { 'network.server_name': '{{SERVER_NAME}}', 'network.client_name': 'server' },
    },
    {
      path: 'secrets.cfg',
      format: 'ini',
      set: { 'network.server_password': '{{PASSWORD}}', 'network.rcon_password': '{{RCON_PASSWORD}}' },
    },
  ],
  ready: { when: 'line', match: [{ regex: '^Game started' }], timeoutSeconds: 300 },
  stop: { by: { kind: 'command', command: 'quit' }, graceSeconds: 60 },
  hints: [
    {
      id: 'graphics-missing',
      match: { regex: 'Failed to find a graphics set|No graphics sets? (were )?found' },
      title: 'The graphics set is missing',
      advice: 'Install the server again; the installation downloads OpenGFX.',
    },
  ],
  adapter: 'openttd',
})
