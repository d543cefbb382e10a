// How to install and run Fabric.
import { defineBlueprint } from 'stellar/plugin'

export const blueprint = defineBlueprint({
  schema: 1,
  id: 'minecraft-fabric',
  version: 1,
  name: 'Fabric',
  summary: 'Minecraft: Java Edition with mods, light and up to date.',
  tags: ['minecraft', 'mods', 'survival', 'building'],
  homepage: 'https://fabricmc.net',
  plate: { motif: 'lattice', hue: 285 },
  images: [
    { label: 'Java 25', image: 'docker.io/library/eclipse-temurin:25-jre' },
    { label: 'Java 21', image: 'docker.io/library/eclipse-temurin:21-jre' },
    { label: 'Java 17', image: 'docker.io/library/eclipse-temurin:17-jre' },
    { label: 'Java 8', image: 'docker.io/library/eclipse-temurin:8-jre' },
  ],
  // A share of the container's memory, not all of it: threads, class data and buffers live outside the heap.
  start: [
    'java',
    '-XX:MaxRAMPercentage=75.0',
    '-XX:+UseG1GC',
    '-XX:+ParallelRefProcEnabled',
    '-XX:MaxGCPauseMillis=200',
    '-Dlog4j2.formatMsgNoLookups=true',
    '-jar',
    'server.jar',
    '--nogui',
  ],
  variables: [
    {
      kind: 'switch',
      name: 'EULA',
      label: 'I agree to the Minecraft EULA',
      hint: 'Mojang asks for it: https://aka.ms/MinecraftEULA',
      required: true,
      default: false,
    },
    {
      kind: 'text',
      name: 'MINECRAFT_VERSION',
      label: 'Minecraft version',
      hint: 'A version such as 1.21.8, or latest. Install again after a change.',
      required: true,
      default: 'latest',
      pattern: 'latest|\\d+\\.\\d+(\\.\\d+)?(-(pre|rc)-?\\d+)?',
      patternHint: 'Expected latest or a version such as 1.21.8.',
    },
    {
      kind: 'text',
      name: 'LOADER_VERSION',
      label: 'Fabric loader',
      hint: 'A version such as 0.17.2, or latest. Install again after a change.',
      default: 'latest',
      pattern: 'latest|\\d+\\.\\d+\\.\\d+',
      patternHint: 'Expected latest or a version such as 0.17.2.',
    },
    { kind: 'number', name: 'MAX_PLAYERS', label: 'Player slots', required: true, default: 20, min: 1, max: 1000 },
    {
      kind: 'choice',
      name: 'GAMEMODE',
      label: 'Game mode',
      default: 'survival',
      options: [
        { value: 'survival', label: 'Survival' },
        { value: 'creative', label: 'Creative' },
        { value: 'adventure', label: 'Adventure' },
        { value: 'spectator', label: 'Spectator' },
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
    { kind: 'text', name: 'LEVEL_SEED', label: 'World seed', hint: 'Counts only for a new world.', maxLength: 64 },
    { kind: 'number', name: 'VIEW_DISTANCE', label: 'View distance', default: 10, min: 2, max: 32, unit: 'chunks' },
    {
      kind: 'switch',
      name: 'ONLINE_MODE',
      label: 'Check accounts with Mojang',
      hint: 'Off lets anybody join under any name.',
      default: true,
    },
    { kind: 'switch', name: 'WHITELIST', label: 'Only players on the list', default: false },
  ],
  ports: [{ name: 'game', label: 'Game', protocol: 'tcp', preferred: 25565 }],
  resources: { memoryMiB: 4096, minimumMemoryMiB: 1024, cpuPercent: 200, diskMB: 10_000 },
  install: {
    image: 'ghcr.io/pelican-eggs/installers:debian',
    timeoutSeconds: 900,
    memoryMiB: 512,
    script: `cd "$DATA_PATH"
api=https://meta.fabricmc.net/v2/versions
get() { curl -fsSL --retry 3 --max-time 60 "$@"; }
stable() { get "$api/$1" | jq -r '(map(select(.stable)) + .)[0].version'; }
game=$MINECRAFT_VERSION
[ "$game" != latest ] || game=$(stable game)
loader=$LOADER_VERSION
[ "$loader" != latest ] || loader=$(stable loader)
installer=$(stable installer)
echo "Fabric $loader for Minecraft $game"
# A launcher that downloads Minecraft and the loader at its first start, and checks them itself.
get --max-time 600 -o server.jar.part "$api/loader/$game/$loader/$installer/server/jar"
[ "$(head -c 2 server.jar.part)" = PK ] || { echo "Fabric has no server for Minecraft $game with loader $loader."; exit 1; }
mv server.jar.part server.jar
mkdir -p mods
echo "Put mods into the folder mods; most of them need Fabric API."`,
  },
  configFiles: [
    { path: 'eula.txt', format: 'properties', set: { eula: '{{EULA}}' } },
    {
      path: 'server.properties',
      format: 'properties',
      set: {
        'server-ip': '',
        'server-port': '{{SERVER_PORT}}',
        motd: '{{SERVER_NAME}}',
        'max-players': '{{MAX_PLAYERS}}',
        gamemode: '{{GAMEMODE}}',
        difficulty: '{{DIFFICULTY}}',
        'level-seed': '{{LEVEL_SEED}}',
        'view-distance': '{{VIEW_DISTANCE}}',
        'online-mode': '{{ONLINE_MODE}}',
        'white-list': '{{WHITELIST}}',
        'enforce-whitelist': '{{WHITELIST}}',
      },
    },
  ],
  ready: { when: 'line', match: [{ regex: ': Done \\([\\d.,]+s\\)! For help, type' }], timeoutSeconds: 600 },
  stop: { by: { kind: 'command', command: 'stop' }, graceSeconds: 90, cleanExitCodes: [143] },
  hints: [
    {
      id: 'eula',
      match: { text: 'You need to agree to the EULA in order to run the server' },
      title: 'The Minecraft EULA is not accepted',
      advice: 'Read it at https://aka.ms/MinecraftEULA. If you agree, switch it on and start the server again.',
      fix: { label: 'I agree, switch it on', variable: 'EULA', value: 'true' },
    },
    {
      id: 'java-version',
      match: { regex: 'UnsupportedClassVersionError|requires running the server with Java|Unsupported Java detected' },
      title: 'This Minecraft needs another Java',
      advice:
        'Choose another image under Startup: Java 25 or 21 for new versions, Java 17 for 1.17 to 1.20.4, Java 8 below.',
    },
    {
      id: 'out-of-memory',
      match: { text: 'java.lang.OutOfMemoryError' },
      title: 'Java ran out of memory',
      advice: 'Give the server more memory, lower the view distance, or remove mods.',
    },
    {
      id: 'mods-incompatible',
      match: { regex: 'Incompatible mods? (found|set)|ModResolutionException' },
      title: 'Some mods do not fit together',
      advice: 'The lines below name them: most often a mod is for another Minecraft version, or Fabric API is missing.',
    },
  ],
  adapter: 'minecraft',
})
