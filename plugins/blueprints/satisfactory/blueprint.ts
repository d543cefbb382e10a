// How to install and run Satisfactory's dedicated server.
import { defineBlueprint, steamInstall } from 'stellar/plugin'

const run = `set -- FactoryGame -unattended -log -stdout -Port="$SERVER_PORT" -ReliablePort="$RELIABLE_PORT" -ExternalReliablePort="$RELIABLE_PORT"
exec ./Engine/Binaries/Linux/FactoryServer-Linux-Shipping "$@"`

export const blueprint = defineBlueprint({
  schema: 1,
  id: 'satisfactory',
  version: 1,
  name: 'Satisfactory',
  summary: 'First-person factories across an alien planet.',
  tags: ['building', 'automation'],
  homepage: 'https://www.satisfactorygame.com',
  plate: { motif: 'hexagons', hue: 65 },
  images: [{ label: 'Debian 12', image: 'ghcr.io/pelican-eggs/steamcmd:debian' }],
  start: ['/bin/sh', '-euc', run],
  variables: [
    { kind: 'number', name: 'MAX_PLAYERS', label: 'Player slots', required: true, default: 4, min: 1, max: 64 },
    { kind: 'number', name: 'AUTOSAVES', label: 'Saves kept', default: 5, min: 1, max: 100 },
    {
      kind: 'number',
      name: 'TIMEOUT',
      label: 'Time until a silent player is dropped',
      default: 30,
      min: 5,
      max: 600,
      unit: 's',
    },
    {
      kind: 'choice',
      name: 'STEAM_BRANCH',
      label: 'Branch at Steam',
      hint: 'Install again after a change.',
      default: '',
      options: [
        { value: '', label: 'Stable' },
        { value: 'experimental', label: 'Experimental' },
      ],
    },
  ],
  ports: [
    // Players over UDP, the server's API over TCP, on one number.
    { name: 'game', label: 'Game and API', protocol: 'both', preferred: 7777 },
    { name: 'reliable', label: 'Reliable messages', protocol: 'tcp', preferred: 8888 },
  ],
  resources: { memoryMiB: 8192, minimumMemoryMiB: 6144, cpuPercent: 300, diskMB: 20_000 },
  install: steamInstall({ app: 1_690_800 }),
  configFiles: [
    {
      path: 'FactoryGame/Saved/Config/LinuxServer/Game.ini',
      format: 'ini',
      set: { '[/Script/Engine.GameSession].MaxPlayers': '{{MAX_PLAYERS}}' },
    },
    {
      path: 'FactoryGame/Saved/Config/LinuxServer/Engine.ini',
      format: 'ini',
      set: {
        '[/Script/FactoryGame.FGSaveSession].mNumRotatingAutosaves': '{{AUTOSAVES}}',
        '[/Script/OnlineSubsystemUtils.IpNetDriver].InitialConnectTimeout': '{{TIMEOUT}}',
        '[/Script/OnlineSubsystemUtils.IpNetDriver].ConnectionTimeout': '{{TIMEOUT}}',
      },
    },
  ],
  ready: { when: 'line', match: [{ text: 'Engine is initialized.' }], timeoutSeconds: 600 },
  stop: { by: { kind: 'signal', signal: 'SIGINT' }, graceSeconds: 120, cleanExitCodes: [130, 143] },
  console: { input: 'none' },
})
