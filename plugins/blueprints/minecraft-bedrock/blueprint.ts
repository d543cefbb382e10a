// How to install and run Mojang's Bedrock server.
import { defineBlueprint } from 'stellar/plugin'

export const blueprint = defineBlueprint({
  schema: 1,
  id: 'minecraft-bedrock',
  version: 1,
  name: 'Bedrock',
  summary: 'Minecraft for phones, consoles and Windows.',
  tags: ['minecraft', 'survival', 'building'],
  homepage: 'https://www.minecraft.net/download/server/bedrock',
  plate: { motif: 'bricks', hue: 95 },
  images: [{ label: 'Debian 12', image: 'ghcr.io/pelican-eggs/yolks:debian' }],
  start: ['./bedrock_server'],
  // The server brings libraries of its own and looks for them nowhere else.
  environment: { LD_LIBRARY_PATH: '{{DATA_PATH}}' },
  variables: [
    {
      kind: 'text',
      name: 'BEDROCK_VERSION',
      label: 'Version',
      hint: 'A version such as 1.21.100.7, or latest. Players need the same. Install again after a change.',
      required: true,
      default: 'latest',
      pattern: 'latest|\\d+(\\.\\d+){3}',
      patternHint: 'Expected latest or a version of four numbers such as 1.21.100.7.',
    },
    { kind: 'number', name: 'MAX_PLAYERS', label: 'Player slots', required: true, default: 10, min: 1, max: 200 },
    {
      kind: 'choice',
      name: 'GAMEMODE',
      label: 'Game mode',
      default: 'survival',
      options: [
        { value: 'survival', label: 'Survival' },
        { value: 'creative', label: 'Creative' },
        { value: 'adventure', label: 'Adventure' },
      ],
    },
    {
      kind: 'choice',
      name: 'DIFFICULTY',
      label: 'Difficulty',
      default: 'easy',
      options: [
        { value: 'peaceful', label: 'Peaceful' },
        { value: 'easy', label: 'Easy' },
        { value: 'normal', label: 'Normal' },
        { value: 'hard', label: 'Hard' },
      ],
    },
    {
      kind: 'text',
      name: 'LEVEL_NAME',
      label: 'World',
      hint: 'The folder below worlds.',
      default: 'world',
      required: true,
      pattern: '[\\w -]+',
      patternHint: 'Letters, digits, spaces, dashes and underscores.',
      maxLength: 40,
    },
    { kind: 'text', name: 'LEVEL_SEED', label: 'World seed', hint: 'Counts only for a new world.', maxLength: 64 },
    { kind: 'switch', name: 'CHEATS', label: 'Allow cheats', default: false },
    {
      kind: 'switch',
      name: 'ONLINE_MODE',
      label: 'Check accounts with Xbox Live',
      hint: 'Off lets anybody join under any name.',
      default: true,
    },
    { kind: 'switch', name: 'ALLOW_LIST', label: 'Only players on the list', default: false },
  ],
  ports: [{ name: 'game', label: 'Game', protocol: 'udp', preferred: 19132 }],
  resources: { memoryMiB: 2048, minimumMemoryMiB: 512, cpuPercent: 200, diskMB: 5000 },
  install: {
    image: 'ghcr.io/pelican-eggs/installers:debian',
    timeoutSeconds: 900,
    memoryMiB: 512,
    script: `cd "$DATA_PATH"
# The download service answers browsers only.
get() { curl -fsSL --retry 3 --max-time 60 --compressed -A 'Mozilla/5.0 (X11; Linux x86_64)' -H 'Accept-Language: en' "$@"; }
if [ "$BEDROCK_VERSION" = latest ]; then
  url=$(get https://net-secondary.web.minecraft-services.net/api/v1.0/download/links |
    jq -r '.result.links[] | select(.downloadType == "serverBedrockLinux") | .downloadUrl')
else
  url=https://www.minecraft.net/bedrockdedicatedserver/bin-linux/bedrock-server-$BEDROCK_VERSION.zip
fi
[ -n "$url" ] || { echo "Mojang's list of downloads names no server for Linux. Enter a version."; exit 1; }
echo "$url"
get --max-time 600 -o /tmp/bedrock.zip "$url"
# The archive holds the defaults of files that people edit: theirs win.
mkdir -p /tmp/kept
for file in server.properties allowlist.json permissions.json; do
  [ ! -e "$file" ] || cp "$file" /tmp/kept/
done
unzip -q -o /tmp/bedrock.zip
cp /tmp/kept/* . 2>/dev/null || true
chmod +x bedrock_server`,
  },
  configFiles: [
    {
      path: 'server.properties',
      format: 'properties',
      set: {
        'server-name': '{{SERVER_NAME}}',
        'server-port': '{{SERVER_PORT}}',
        // Only the IPv4 port is published; this one must merely differ.
        'server-portv6': '19133',
        'enable-lan-visibility': 'false',
        gamemode: '{{GAMEMODE}}',
        difficulty: '{{DIFFICULTY}}',
        'level-name': '{{LEVEL_NAME}}',
        'level-seed': '{{LEVEL_SEED}}',
        'max-players': '{{MAX_PLAYERS}}',
        'allow-cheats': '{{CHEATS}}',
        'online-mode': '{{ONLINE_MODE}}',
        'allow-list': '{{ALLOW_LIST}}',
      },
    },
  ],
  ready: { when: 'line', match: [{ text: 'Server started.' }], timeoutSeconds: 180 },
  stop: { by: { kind: 'command', command: 'stop' }, graceSeconds: 60 },
  hints: [
    {
      id: 'outdated-client',
      match: { regex: 'disconnectionScreen\\.outdated(Client|Server)' },
      title: 'A player has another version',
      advice: 'Install the server again to get the newest version, or let the player update.',
    },
  ],
})
