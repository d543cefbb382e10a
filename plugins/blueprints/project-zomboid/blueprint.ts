// How to install and run Project Zomboid's dedicated server.
import { defineBlueprint, steamInstall } from 'stellar/plugin'

// The launcher's own setting asks for 8 GB whatever there is; _JAVA_OPTIONS is read last and wins.
const run = `export PATH="$DATA_PATH/jre64/bin:$PATH"
export LD_LIBRARY_PATH="$DATA_PATH/linux64:$DATA_PATH/natives:$DATA_PATH:$DATA_PATH/jre64/lib/amd64:\${LD_LIBRARY_PATH:-}"
export _JAVA_OPTIONS="-Xmx$((SERVER_MEMORY * 80 / 100))m"
export LD_PRELOAD=libjsig.so
exec ./ProjectZomboid64 -cachedir="$DATA_PATH/Zomboid" -servername servertest -port "$SERVER_PORT" -udpport "$DIRECT_PORT" \\
  -adminusername "$ADMIN_NAME" -adminpassword "$ADMIN_PASSWORD"`

export const blueprint = defineBlueprint({
  schema: 1,
  id: 'project-zomboid',
  version: 1,
  name: 'Project Zomboid',
  summary: 'This is how you died, together with friends.',
  tags: ['survival'],
  homepage: 'https://projectzomboid.com',
  plate: { motif: 'house', hue: 75 },
  images: [{ label: 'Debian 12', image: 'ghcr.io/pelican-eggs/steamcmd:debian' }],
  start: ['/bin/sh', '-euc', run],
  variables: [
    {
      kind: 'text',
      name: 'ADMIN_NAME',
      label: 'Administrator',
      required: true,
      default: 'admin',
      pattern: '[A-Za-z0-9_]+',
      patternHint: 'Letters, digits and underscores.',
      maxLength: 20,
    },
    {
      kind: 'secret',
      name: 'ADMIN_PASSWORD',
      label: 'Administrator’s password',
      required: true,
      generate: true,
      minLength: 8,
      maxLength: 60,
    },
    { kind: 'secret', name: 'PASSWORD', label: 'Password to join', maxLength: 60 },
    { kind: 'number', name: 'MAX_PLAYERS', label: 'Player slots', required: true, default: 16, min: 1, max: 100 },
    { kind: 'switch', name: 'PUBLIC', label: 'In the server list', default: false },
    { kind: 'switch', name: 'PAUSE_EMPTY', label: 'Pause while nobody plays', default: true },
    { kind: 'switch', name: 'PVP', label: 'Players may fight each other', default: true },
    {
      kind: 'choice',
      name: 'STEAM_BRANCH',
      label: 'Branch at Steam',
      hint: 'Install again after a change.',
      default: '',
      options: [
        { value: '', label: 'Stable' },
        { value: 'unstable', label: 'Unstable (build 42)' },
      ],
    },
  ],
  ports: [
    { name: 'game', label: 'Game', protocol: 'udp', preferred: 16_261 },
    { name: 'direct', label: 'Direct connection', protocol: 'udp', preferred: 16_262 },
  ],
  resources: { memoryMiB: 6144, minimumMemoryMiB: 4096, cpuPercent: 200, diskMB: 12_000 },
  install: steamInstall({ app: 380_870 }),
  configFiles: [
    {
      path: 'Zomboid/Server/servertest.ini',
      format: 'ini',
      set: {
        PublicName: '{{SERVER_NAME}}',
        DefaultPort: '{{SERVER_PORT}}',
        UDPPort: '{{DIRECT_PORT}}',
        MaxPlayers: '{{MAX_PLAYERS}}',
        Password: '{{PASSWORD}}',
        Public: '{{PUBLIC}}',
        PauseEmpty: '{{PAUSE_EMPTY}}',
        PVP: '{{PVP}}',
        UPnP: 'false',
      },
    },
  ],
  ready: { when: 'line', match: [{ text: '*** SERVER STARTED ****' }], timeoutSeconds: 900 },
  stop: { by: { kind: 'command', command: 'quit' }, graceSeconds: 90 },
  adapter: 'valve-query',
})
