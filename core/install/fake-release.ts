// A release for tests: small shell scripts in the program's place, with the sums that belong to them.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Answers as the program does, as far as the installer asks. `/port-taken` keeps it from becoming ready. */
const program = (version: string) => `#!/bin/sh
case $1 in
  version) echo ${version} ;;
  up | panel)
    if [ -e /port-taken ]; then echo 'stellar: The panel cannot listen on port 3000: it is taken.' >&2; sleep 1; exit 1; fi
    echo '    http://127.0.0.1:3000/setup?token=abc'
    touch "$STELLAR_DATA/is-ready"
    exec sleep infinity
    ;;
  node)
    if [ "$*" != 'node --panel panel.test:8443' ] || [ "$STELLAR_TOKEN" != good ]; then
      echo 'stellar: The panel does not know this token.' >&2; exit 1
    fi
    mkdir -p "$STELLAR_DATA/node"
    touch "$STELLAR_DATA/node/identity.json"
    exec sleep infinity
    ;;
  ready)
    for try in 1 2 3 4; do
      [ -e /var/lib/stellar/is-ready ] && [ ! -e /port-taken ] && exit 0
      sleep 0.3
    done
    exit 1
    ;;
esac
`

/** Writes the release into `folder`, with the installer beside it. */
export function writeFakeRelease(folder: string, version: string, text = program(version)): void {
  mkdirSync(folder, { recursive: true })
  for (const target of ['linux-x64', 'linux-arm64']) {
    const file = join(folder, `stellar-${target}`)
    writeFileSync(file, text)
    const { status } = spawnSync('xz', ['--keep', '--force', file])
    if (status !== 0) throw new Error('xz is needed for this test (Debian package xz-utils)')
  }
  const sums = readdirSync(folder).filter((name) => name.startsWith('stellar-'))
  writeFileSync(
    join(folder, 'SHA256SUMS'),
    sums
      .map(
        (name) =>
          `${createHash('sha256')
            .update(readFileSync(join(folder, name)))
            .digest('hex')}  ${name}\n`,
      )
      .join(''),
  )
  cpSync('core/install/install.sh', join(folder, 'install.sh'))
}

/** A shell command that tells everything an installation may touch: a file that was replaced by its like shows too. */
export const installable = [
  `find /usr/local /opt /small /etc/stellar /etc/systemd /var/lib/stellar* \\( -type d -printf '%M %u %g %p\\n' -o -printf '%M %u %g %i %s %T@ %p\\n' \\) 2>/dev/null | sort`,
  'getent passwd stellar',
].join('; ')
