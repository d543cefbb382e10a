// How to run Mumble's server, which the image brings.
import { defineBlueprint } from 'stellar/plugin'

// Up to 1.5 the options have one dash, from 1.6 on two; up to 1.4 the program is called murmurd.
const run = `for server in /usr/bin/mumble-server /usr/sbin/mumble-server /usr/sbin/murmurd ''; do
  [ -z "$server" ] || [ ! -x "$server" ] || break
done
[ -n "$server" ] || { echo "This image has no Mumble server."; exit 1; }
if "$server" --help 2>&1 | grep -q -e --foreground; then
  foreground=--foreground ini=--ini password=--set-su-pw
else
  foreground=-fg ini=-ini password=-supw
fi
"$server" "$ini" "$DATA_PATH/mumble-server.ini" "$password" "$SUPERUSER_PASSWORD" >/dev/null 2>&1 || true
exec "$server" "$foreground" "$ini" "$DATA_PATH/mumble-server.ini"`

export const blueprint = defineBlueprint({
  schema: 1,
  id: 'mumble',
  version: 1,
  name: 'Mumble',
  summary: 'Voice chat with low delay and good sound.',
  tags: ['voice'],
  homepage: 'https://www.mumble.info',
  plate: { motif: 'waveform', hue: 305 },
  images: [{ label: 'Stable', image: 'docker.io/mumblevoip/mumble-server:latest' }],
  start: ['/bin/sh', '-euc', run],
  variables: [
    { kind: 'number', name: 'MAX_PLAYERS', label: 'User slots', required: true, default: 50, min: 1, max: 5000 },
    { kind: 'secret', name: 'PASSWORD', label: 'Password to join', maxLength: 60 },
    {
      kind: 'secret',
      name: 'SUPERUSER_PASSWORD',
      label: 'SuperUser’s password',
      hint: 'Made up when left empty.',
      required: true,
      generate: true,
      minLength: 8,
      maxLength: 60,
    },
    {
      kind: 'text',
      name: 'WELCOME',
      label: 'Welcome text',
      default: 'Welcome to this server.',
      pattern: '[^"\\\\]*',
      patternHint: 'No quotes or backslashes.',
    },
    {
      kind: 'number',
      name: 'BANDWIDTH',
      label: 'Bandwidth of a user',
      default: 144_000,
      min: 8000,
      max: 1_000_000,
      step: 1000,
      unit: 'bit/s',
    },
  ],
  ports: [{ name: 'game', label: 'Voice', protocol: 'both', preferred: 64_738 }],
  resources: { memoryMiB: 256, minimumMemoryMiB: 64, cpuPercent: 50, diskMB: 500 },
  configFiles: [
    {
      path: 'mumble-server.ini',
      format: 'ini',
      set: {
        database: '{{DATA_PATH}}/mumble-server.sqlite',
        // Empty: to the console.
        logfile: '',
        ice: '',
        bonjour: 'false',
        port: '{{SERVER_PORT}}',
        users: '{{MAX_PLAYERS}}',
        bandwidth: '{{BANDWIDTH}}',
        serverpassword: '{{PASSWORD}}',
        welcometext: '"{{WELCOME}}"',
      },
    },
  ],
  ready: { when: 'line', match: [{ text: 'Server listening on' }], timeoutSeconds: 60 },
  stop: { by: { kind: 'signal', signal: 'SIGTERM' }, graceSeconds: 15 },
  console: { input: 'none' },
  adapter: 'mumble',
})
