// What the Java editions of Minecraft have in common: they run on Java and read the same server.properties.
import type { BlueprintInput } from 'stellar/plugin'

type Variables = NonNullable<BlueprintInput['variables']>
type Hints = NonNullable<BlueprintInput['hints']>

export const images: BlueprintInput['images'] = [
  { label: 'Java 25', image: 'docker.io/library/eclipse-temurin:25-jre' },
  { label: 'Java 21', image: 'docker.io/library/eclipse-temurin:21-jre' },
  { label: 'Java 17', image: 'docker.io/library/eclipse-temurin:17-jre' },
  { label: 'Java 8', image: 'docker.io/library/eclipse-temurin:8-jre' },
]

/** A share of the container's memory, not all of it: threads, class data and buffers live outside the heap. */
export const start = (...options: readonly string[]): string[] => [
  'java',
  '-XX:MaxRAMPercentage=75.0',
  '-XX:+UseG1GC',
  '-XX:+ParallelRefProcEnabled',
  '-XX:MaxGCPauseMillis=200',
  ...options,
  '-Dlog4j2.formatMsgNoLookups=true',
  '-jar',
  'server.jar',
  '--nogui',
]

/** Those of one edition follow the version of Minecraft. */
export const variables = (...own: Variables): Variables => [
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
  ...own,
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
]

export const ports: BlueprintInput['ports'] = [{ name: 'game', label: 'Game', protocol: 'tcp', preferred: 25565 }]

export const resources: BlueprintInput['resources'] = {
  memoryMiB: 4096,
  minimumMemoryMiB: 1024,
  cpuPercent: 200,
  diskMB: 10_000,
}

/** All of an installation but its script. */
export const install = {
  image: 'ghcr.io/pelican-eggs/installers:debian',
  timeoutSeconds: 900,
  memoryMiB: 512,
}

export const configFiles: NonNullable<BlueprintInput['configFiles']> = [
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
]

export const ready: BlueprintInput['ready'] = {
  when: 'line',
  match: [{ regex: ': Done \\([\\d.,]+s\\)! For help, type' }],
  timeoutSeconds: 600,
}

export const stop: BlueprintInput['stop'] = {
  by: { kind: 'command', command: 'stop' },
  graceSeconds: 90,
  cleanExitCodes: [143],
}

/** With what helps each edition when Java runs out of memory; its own hints follow. */
export const hints = (outOfMemory: string, ...own: Hints): Hints => [
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
    advice: outOfMemory,
  },
  ...own,
]
