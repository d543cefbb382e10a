// How to install and run Palworld's dedicated server.
import { defineBlueprint, steamInstall } from 'stellar/plugin'

// Its console is RCON: lines of standard input go there with the client that the image brings. Everything else in the
// settings file stays as people made it.
const run = `settings=Pal/Saved/Config/LinuxServer/PalWorldSettings.ini
mkdir -p "\${settings%/*}"
grep -q OptionSettings= "$settings" 2>/dev/null || cp DefaultPalWorldSettings.ini "$settings"
# Quotes would end the setting; the others mean something to sed.
quoted() { printf %s "$1" | tr -d '"' | sed 's/[&/\\\\]/\\\\&/g'; }
sed -i -e 's/RCONEnabled=[A-Za-z]*/RCONEnabled=True/' -e 's/RCONPort=[0-9]*/RCONPort=25575/' \\
  -e "s/AdminPassword=\\"[^\\"]*\\"/AdminPassword=\\"$(quoted "$ADMIN_PASSWORD")\\"/" \\
  -e "s/ServerPassword=\\"[^\\"]*\\"/ServerPassword=\\"$(quoted "$PASSWORD")\\"/" \\
  -e "s/ServerPlayerMaxNum=[0-9]*/ServerPlayerMaxNum=$MAX_PLAYERS/" "$settings"
exec 3<&0
while read -r line <&3; do rcon -s -a 127.0.0.1:25575 -p "$ADMIN_PASSWORD" "$line" || echo "RCON does not answer yet."; done &
set -- Pal -port="$SERVER_PORT" -publicport="$SERVER_PORT" -queryport="$QUERY_PORT" -players="$MAX_PLAYERS" -servername="$SERVER_NAME" \\
  -useperfthreads -NoAsyncLoadingThread -UseMultithreadForDS -logformat=text
[ "$PUBLIC" = 0 ] || set -- "$@" -publiclobby
exec ./Pal/Binaries/Linux/PalServer-Linux-Shipping "$@" </dev/null`

export const blueprint = defineBlueprint({
  schema: 1,
  id: 'palworld',
  version: 1,
  name: 'Palworld',
  summary: 'Catch creatures, put them to work, survive.',
  tags: ['survival', 'building'],
  homepage: 'https://www.pocketpair.jp/palworld',
  plate: { motif: 'planet', hue: 255 },
  images: [{ label: 'Debian 12', image: 'ghcr.io/pelican-eggs/steamcmd:debian' }],
  start: ['/bin/sh', '-euc', run],
  variables: [
    {
      kind: 'secret',
      name: 'ADMIN_PASSWORD',
      label: 'Administrator’s password',
      hint: 'Letters and digits. Made up when left empty.',
      required: true,
      generate: true,
      minLength: 8,
      maxLength: 30,
    },
    { kind: 'secret', name: 'PASSWORD', label: 'Password to join', hint: 'Letters and digits.', maxLength: 30 },
    { kind: 'number', name: 'MAX_PLAYERS', label: 'Player slots', required: true, default: 16, min: 1, max: 32 },
    { kind: 'switch', name: 'PUBLIC', label: 'In the server list', default: false, on: '1', off: '0' },
  ],
  ports: [
    { name: 'game', label: 'Game', protocol: 'udp', preferred: 8211 },
    { name: 'query', label: 'Query', protocol: 'udp', preferred: 27_016 },
  ],
  resources: { memoryMiB: 12_288, minimumMemoryMiB: 8192, cpuPercent: 400, diskMB: 20_000 },
  install: steamInstall({ app: 2_394_010 }),
  ready: {
    when: 'line',
    match: [{ text: 'Running Palworld dedicated server on' }, { text: 'Setting breakpad minidump AppID = 2394010' }],
    timeoutSeconds: 300,
  },
  stop: { by: { kind: 'command', command: 'Shutdown 1' }, graceSeconds: 90 },
  adapter: 'valve-query',
})
