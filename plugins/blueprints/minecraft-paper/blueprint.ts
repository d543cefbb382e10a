// How to install and run Paper.
import { defineBlueprint } from 'stellar/plugin'

export const blueprint = defineBlueprint({
  schema: 1,
  id: 'minecraft-paper',
  version: 1,
  name: 'Paper',
  summary: 'Minecraft: Java Edition, fast and ready for Bukkit plugins.',
  tags: ['minecraft', 'survival', 'building'],
  homepage: 'https://papermc.io',
  plate: { motif: 'cube', hue: 150 },
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
    '-Dterminal.jline=false',
    '-Dterminal.ansi=true',
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
api=https://fill.papermc.io/v3/projects/paper
get() { curl -fsSL --retry 3 --max-time 60 -A 'stellar-panel/1 (self-hosted game panel)' "$@"; }
version=$MINECRAFT_VERSION
if [ "$version" = latest ]; then
  version=$(get "$api" | jq -r '[.versions[][]] | map(select(test("-(pre|rc)") | not)) | .[0]')
fi
echo "Paper for Minecraft $version"
build=$(get "$api/versions/$version/builds" | jq -c '(map(select(.channel == "STABLE")) + .)[0].downloads["server:default"]')
if [ -z "$build" ] || [ "$build" = null ]; then
  echo "There is no Paper for Minecraft $version. Choose another version."
  exit 1
fi
get --max-time 600 -o server.jar.part "$(echo "$build" | jq -r .url)"
echo "$(echo "$build" | jq -r .checksums.sha256)  server.jar.part" | sha256sum -c -
mv server.jar.part server.jar`,
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
      advice: 'Give the server more memory, lower the view distance, or remove plugins.',
    },
    {
      id: 'port-taken',
      match: { text: 'FAILED TO BIND TO PORT' },
      title: 'The port is not free',
      advice: 'A plugin may listen on the game’s port; look into its configuration.',
    },
  ],
  adapter: 'minecraft',
})
