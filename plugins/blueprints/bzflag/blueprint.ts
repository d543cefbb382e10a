// How to install and run BZFlag's server from Debian's archive.
import { debianImage, debianInstall, defineBlueprint } from 'stellar/plugin'

const run = `root=$DATA_PATH/game
[ -x "$root/usr/games/bzfs" ] || root=
export LD_LIBRARY_PATH="$(echo "$root"/usr/lib/*-linux-gnu):\${LD_LIBRARY_PATH:-}"
[ -e bzfs.conf ] || printf '# One option a line, such as: -world map.bzw\\n' >bzfs.conf
# Twice -d: the second level tells when it listens.
set -- -conf bzfs.conf -d -d -p "$SERVER_PORT" -mp "$MAX_PLAYERS" -ms "$SHOTS" -srvmsg "$SERVER_NAME" -passwd "$ADMIN_PASSWORD"
[ "$STYLE" = open ] || set -- "$@" "-$STYLE"
[ "$JUMPING" = 0 ] || set -- "$@" -j
[ "$RICOCHET" = 0 ] || set -- "$@" +r
[ "$FLAGS" = 0 ] || set -- "$@" +s "$FLAGS"
[ -z "$PUBLIC_ADDRESS" ] || set -- "$@" -public "$SERVER_NAME" -publicaddr "$PUBLIC_ADDRESS" -publickey "$PUBLIC_KEY"
exec "$root/usr/games/bzfs" "$@"`

export const blueprint = defineBlueprint({
  schema: 1,
  id: 'bzflag',
  version: 1,
  name: 'BZFlag',
  summary: 'Tanks, flags and bouncing shots in three dimensions.',
  tags: ['shooter'],
  homepage: 'https://www.bzflag.org',
  plate: { motif: 'flag', hue: 345 },
  images: [{ label: 'Debian 12', image: debianImage }],
  start: ['/bin/sh', '-euc', run],
  variables: [
    { kind: 'number', name: 'MAX_PLAYERS', label: 'Player slots', required: true, default: 20, min: 1, max: 200 },
    {
      kind: 'choice',
      name: 'STYLE',
      label: 'Game style',
      required: true,
      default: 'open',
      options: [
        { value: 'open', label: 'Free for all' },
        { value: 'c', label: 'Capture the flag' },
        { value: 'rabbit', label: 'Rabbit chase' },
      ],
    },
    { kind: 'number', name: 'SHOTS', label: 'Shots at a time', default: 5, min: 1, max: 20 },
    { kind: 'number', name: 'FLAGS', label: 'Flags on the map', default: 20, min: 0, max: 200 },
    { kind: 'switch', name: 'JUMPING', label: 'Tanks may jump', default: true, on: '1', off: '0' },
    { kind: 'switch', name: 'RICOCHET', label: 'Shots bounce', default: true, on: '1', off: '0' },
    {
      kind: 'secret',
      name: 'ADMIN_PASSWORD',
      label: 'Administrator’s password',
      generate: true,
      required: true,
      minLength: 6,
      maxLength: 60,
    },
    {
      kind: 'text',
      name: 'PUBLIC_ADDRESS',
      label: 'Address in the public list',
      hint: 'host:port; empty: not in the list.',
      pattern: '([\\w.-]+:\\d{1,5})?',
      patternHint: 'Expected host:port.',
      maxLength: 120,
    },
    {
      kind: 'secret',
      name: 'PUBLIC_KEY',
      label: 'Key for the public list',
      hint: 'From https://my.bzflag.org/listkeys/',
      maxLength: 60,
    },
  ],
  ports: [{ name: 'game', label: 'Game', protocol: 'both', preferred: 5154 }],
  resources: { memoryMiB: 128, minimumMemoryMiB: 64, cpuPercent: 50, diskMB: 500 },
  install: debianInstall({ packages: ['bzflag-server'], unless: '[ -x /usr/games/bzfs ]' }),
  ready: { when: 'line', match: [{ regex: 'listening on .*:\\d+' }], timeoutSeconds: 60 },
  stop: { by: { kind: 'signal', signal: 'SIGINT' }, graceSeconds: 10 },
  console: { input: 'none' },
})
