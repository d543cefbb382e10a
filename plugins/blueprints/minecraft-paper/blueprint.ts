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
  start: ['java', '-jar', 'server.jar'],
  ports: [{ name: 'game', label: 'Game', protocol: 'tcp', preferred: 25565 }],
  resources: { memoryMiB: 4096, minimumMemoryMiB: 1024, cpuPercent: 200, diskMB: 10_000 },
  ready: { when: 'line', match: [{ text: 'For help, type' }] },
  stop: { by: { kind: 'command', command: 'stop' }, graceSeconds: 60 },
})
