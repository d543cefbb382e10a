// How to install and run Luanti, formerly Minetest.
import { defineBlueprint } from 'stellar/plugin'

// The official image and Debian's packages name the server differently; the official one comes without a game.
const run = `server=
for candidate in /usr/local/bin/luantiserver /usr/local/bin/minetestserver /usr/lib/luanti/luantiserver /usr/lib/minetest/minetestserver; do
  if [ -x "$candidate" ]; then server=$candidate; break; fi
done
[ -n "$server" ] || { echo "This image has no Luanti server."; exit 1; }
exec "$server" --config "$DATA_PATH/minetest.conf" --world "$DATA_PATH/world" --gameid "\${GAME##*/}" --port "$SERVER_PORT" \\
  --logfile '' --color never`

const install = `cd "$DATA_PATH"
name=\${GAME##*/}
for place in /usr/share/games/minetest/games /usr/share/minetest/games /usr/local/share/luanti/games; do
  if [ -d "$place/$name" ]; then echo "The image brings $name; nothing to download."; exit 0; fi
done
echo "$GAME from ContentDB"
curl -fsSL --retry 3 --max-time 600 -o /tmp/game.zip "https://content.luanti.org/packages/$GAME/download/"
rm -rf games.new
mkdir games.new
unzip -q /tmp/game.zip -d games.new
mkdir -p games
rm -rf "games/$name"
# The archive holds one folder, of any name.
mv games.new/*/ "games/$name"
rm -rf games.new
[ -e "games/$name/game.conf" ] || { echo "$GAME is no game: it has no game.conf."; exit 1; }`

export const blueprint = defineBlueprint({
  schema: 1,
  id: 'luanti',
  version: 1,
  name: 'Luanti',
  summary: 'Voxel worlds, formerly Minetest, with any game from ContentDB.',
  tags: ['building', 'survival'],
  homepage: 'https://www.luanti.org',
  plate: { motif: 'voxels', hue: 165 },
  images: [
    { label: 'Stable', image: 'ghcr.io/luanti-org/luanti:latest' },
    { label: 'Development', image: 'ghcr.io/luanti-org/luanti:master' },
  ],
  start: ['/bin/sh', '-euc', run],
  environment: {
    LUANTI_USER_PATH: '{{DATA_PATH}}',
    MINETEST_USER_PATH: '{{DATA_PATH}}',
    LUANTI_GAME_PATH: '{{DATA_PATH}}/games',
    MINETEST_GAME_PATH: '{{DATA_PATH}}/games',
  },
  variables: [
    {
      kind: 'text',
      name: 'GAME',
      label: 'Game',
      hint: 'Author and name at https://content.luanti.org, such as Wuzzy/mineclone2. Install again after a change.',
      required: true,
      default: 'Luanti/minetest_game',
      pattern: '[A-Za-z0-9_-]+/[a-z0-9_]+',
      patternHint: 'Expected author and name as ContentDB writes them, such as Luanti/minetest_game.',
    },
    { kind: 'number', name: 'MAX_PLAYERS', label: 'Player slots', required: true, default: 15, min: 1, max: 1000 },
    {
      kind: 'text',
      name: 'ADMIN_NAME',
      label: 'Administrator',
      hint: 'The player of this name may do everything.',
      pattern: '[A-Za-z0-9_-]*',
      patternHint: 'Letters, digits, dashes and underscores.',
      maxLength: 19,
    },
    { kind: 'secret', name: 'PASSWORD', label: 'Password for new players', hint: 'Empty: none.', maxLength: 60 },
    { kind: 'text', name: 'MOTD', label: 'Message of the day', maxLength: 120 },
    { kind: 'switch', name: 'CREATIVE', label: 'Creative mode', default: false },
    { kind: 'switch', name: 'DAMAGE', label: 'Players take damage', default: true },
    { kind: 'switch', name: 'PVP', label: 'Players may fight each other', default: true },
    { kind: 'switch', name: 'ANNOUNCE', label: 'In the public server list', default: false },
  ],
  ports: [{ name: 'game', label: 'Game', protocol: 'udp', preferred: 30_000 }],
  resources: { memoryMiB: 1024, minimumMemoryMiB: 256, cpuPercent: 100, diskMB: 2000 },
  // The game's own image: it has curl and unzip, and whatever games a packager put into it.
  install: { image: 'ghcr.io/luanti-org/luanti:latest', timeoutSeconds: 900, memoryMiB: 256, script: install },
  configFiles: [
    {
      path: 'minetest.conf',
      format: 'ini',
      set: {
        port: '{{SERVER_PORT}}',
        server_name: '{{SERVER_NAME}}',
        name: '{{ADMIN_NAME}}',
        motd: '{{MOTD}}',
        max_users: '{{MAX_PLAYERS}}',
        default_password: '{{PASSWORD}}',
        creative_mode: '{{CREATIVE}}',
        enable_damage: '{{DAMAGE}}',
        enable_pvp: '{{PVP}}',
        server_announce: '{{ANNOUNCE}}',
      },
    },
  ],
  ready: { when: 'line', match: [{ regex: 'Server for gameid="[^"]*" listening on' }], timeoutSeconds: 120 },
  // It saves the world on either signal and reads no commands without a terminal.
  stop: { by: { kind: 'signal', signal: 'SIGINT' }, graceSeconds: 60 },
  console: { input: 'none' },
  hints: [
    {
      id: 'game-missing',
      match: {
        regex:
          'Game "[^"]*" (not found|could not be found)|Game specified in (default_game|--gameid).*invalid|Gameid .* not found',
      },
      title: 'The game is not installed',
      advice: 'Install the server again; the installation downloads the game that is named under Startup.',
    },
  ],
})
