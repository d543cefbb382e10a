// `stellar upgrade` on a real panel and its real database. The programs are scripts that say another version and run the
// source; systemd is a script that starts and ends one service.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runCommand } from '#core/testing/command.ts'
import { freePort } from '#core/testing/free-port.ts'
import { startStellar } from '#core/testing/stellar.ts'

const root = mkdtempSync(join(tmpdir(), 'stellar-upgrade-'))
const data = join(root, 'data')
const bin = join(root, 'bin')
const program = join(bin, 'stellar')
const asset = `stellar-${process.platform}-${process.arch}`
let apiKey = ''

/** A program that says this version; `panel` may be something else than the real one. */
function script(version: string, panel = ''): string {
  const node = `"${process.execPath}" --import "${resolve('core/bootstrap/tsx.mjs')}"`
  const broken =
    panel === '' ? '' : `[ "$1" = panel ] && exec ${node} "${resolve('core/testing/newer-panel.ts')}" ${panel}\n`
  // Not exec: its own name stays in the list of processes, as that of an executable would.
  return `#!/bin/sh
[ "$1" = version ] && { echo ${version}; exit 0; }
exec 3<&0
${broken}${node} "${resolve('core/cli.ts')}" "$@" <&3 &
child=$!
trap 'kill $child' TERM
wait $child
code=$?
kill -0 $child 2>/dev/null && { wait $child; code=$?; }
exit $code
`
}

function release(name: string, text: string, sum = createHash('sha256').update(text).digest('hex')): string {
  const folder = join(root, name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, asset), text)
  writeFileSync(join(folder, 'SHA256SUMS'), `${'0'.repeat(64)}  stellar-other-x64\n${sum}  ${asset}\n`)
  return folder
}

function install(text: string): void {
  rmSync(bin, { recursive: true, force: true })
  mkdirSync(bin)
  writeFileSync(program, text, { mode: 0o755 })
}

const upgrade = (args: readonly string[], environment = {}) =>
  runCommand(['upgrade', '--program', program, ...args], { data, environment })
const installed = async () => (await runCommand(['version'], { data, program: [program] })).stdout.trim()

/** What the panel of the installed program knows, asked over HTTP. */
async function account(): Promise<unknown> {
  await using panel = await startStellar({ data, command: ['panel'], environment: { STELLAR_OWNER_API_KEY_FILE: '' } })
  const answer = await fetch(`${panel.url}/api/v1/account`, { headers: { authorization: apiKey } })
  return await answer.json()
}

beforeAll(async () => {
  mkdirSync(data)
  await using panel = await startStellar({ data, command: ['panel'] })
  apiKey = panel.api.authorization()
})
beforeEach(() => install(script('0.1.0')))
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('by hand', () => {
  test('the newer program takes the place of the old one, with a copy of the database and the old program beside it', async () => {
    const done = await upgrade([release('good', script('0.2.0'))])
    expect(done).toMatchObject({ code: 0, sentences: [] })
    expect(done.stdout).toMatch(/The database is copied to .*-0\.1\.0-before-0\.2\.0\.backup\./)
    expect(done.stdout).toContain(`Stellar 0.2.0 is installed; 0.1.0 is kept as ${program}.previous.`)
    expect(await installed()).toBe('0.2.0')
    expect(readdirSync(bin).toSorted()).toEqual(['stellar', 'stellar.previous'])
    expect(await upgrade([join(root, 'good')])).toMatchObject({
      code: 0,
      stdout: 'Stellar 0.2.0 is installed already.\n',
    })
    const older = await upgrade([release('older', script('0.1.5'))])
    expect(older).toMatchObject({
      code: 1,
      sentences: [expect.stringContaining('older than 0.2.0 which is installed')],
    })
    const back = await upgrade(['--back'])
    expect(back).toMatchObject({ code: 0, stdout: expect.stringContaining('Stellar 0.1.0 is back.') })
    expect(await installed()).toBe('0.1.0')
    expect(await account()).toMatchObject({ email: 'owner@stellar.example' })
  }, 180_000)

  test.each([
    ['ends at once', 'fails', '30', 'The moon is in the wrong quarter.'],
    ['never becomes ready', 'hangs', '6', 'it was not ready within 6 seconds, it does not answer'],
  ])(
    'a newer panel that %s is taken back, and with it what it did to the database',
    async (_, how, wait, why) => {
      const failed = await upgrade([release(how, script('0.3.0', how)), '--wait', wait])
      expect(failed.code).toBe(1)
      expect(failed.sentences).toEqual([expect.stringContaining(`Stellar 0.3.0 did not work here: ${why}`)])
      expect(failed.sentences[0]).toContain('Stellar 0.1.0 is back, with its database as it was.')
      expect(await installed()).toBe('0.1.0')
      expect(existsSync(`${program}.failed`)).toBe(true)
      expect(await account()).toMatchObject({ email: 'owner@stellar.example' })
    },
    180_000,
  )

  test('a panel that runs and could not be restarted is not touched', async () => {
    const port = await freePort()
    const environment = { STELLAR_PORT: String(port) }
    await using panel = await startStellar({
      data,
      command: ['panel'],
      environment: { ...environment, STELLAR_OWNER_API_KEY_FILE: '' },
    })
    const refused = await upgrade([release('good', script('0.2.0'))], environment)
    expect(refused).toMatchObject({
      code: 1,
      sentences: [expect.stringContaining('The panel runs, and not as a service of systemd')],
    })
    expect((await fetch(`${panel.url}/ready`)).status).toBe(200)
    expect(readdirSync(bin)).toEqual(['stellar'])
  }, 90_000)
})

test.skipIf(process.getuid?.() !== 0)(
  'as root, links in another account’s data folder lead nowhere, and its configuration is not root’s to run (needs root)',
  async () => {
    const nobody = 65_534
    const theirs = join(root, 'theirs')
    const [mine, secret] = [join(root, 'mine'), join(root, 'of-root-alone')]
    mkdirSync(mine)
    writeFileSync(secret, 'what only root may read', { mode: 0o600 })
    mkdirSync(join(theirs, 'panel/postgres/cluster'), { recursive: true })
    writeFileSync(join(theirs, 'panel/secret.key'), 'k'.repeat(64))
    symlinkSync(mine, join(theirs, 'panel/backups'))
    writeFileSync(
      join(theirs, 'stellar.config.ts'),
      `import { writeFileSync } from 'node:fs'\nwriteFileSync(${JSON.stringify(theirs)} + '/ran-by-' + process.getuid(), '')\nexport default {}\n`,
    )
    for (const path of [
      '',
      'panel',
      'panel/postgres',
      'panel/postgres/cluster',
      'panel/secret.key',
      'stellar.config.ts',
    ])
      chownSync(join(theirs, path), nobody, nobody)
    chmodSync(root, 0o755)
    // A program that cannot make a copy, and notes as whom it should have, and with which key.
    install(
      script('0.1.0').replace(
        'exec 3<&0',
        '[ "$1" = backup ] && { cat > "$STELLAR_DATA/copied-by-$(id -u)"; exit 1; }\nexec 3<&0',
      ),
    )
    const environment = { STELLAR_DATA: theirs }
    const refused = await upgrade([release('good', script('0.2.0'))], environment)
    expect(refused).toMatchObject({ code: 1, sentences: [expect.stringContaining('could not be copied first')] })
    expect(readdirSync(theirs).toSorted()).toEqual([
      `copied-by-${nobody}`,
      'panel',
      `ran-by-${nobody}`,
      'stellar.config.ts',
    ])
    expect(readFileSync(join(theirs, `copied-by-${nobody}`), 'utf8')).toBe('k'.repeat(64))
    expect(statSync(mine).uid).toBe(0)
    expect(await installed()).toBe('0.1.0')
    // Nor is a file of root's handed to that account as the panel's key.
    rmSync(join(theirs, 'panel/secret.key'))
    symlinkSync(secret, join(theirs, 'panel/secret.key'))
    rmSync(join(theirs, `copied-by-${nobody}`))
    await upgrade([join(root, 'good')], environment)
    expect(readdirSync(theirs).filter((name) => name.startsWith('copied'))).toEqual([])
  },
  90_000,
)

describe('what is not the release that was announced changes nothing', () => {
  const unchanged = () => {
    expect(readdirSync(bin)).toEqual(['stellar'])
    expect(readFileSync(program, 'utf8')).toBe(script('0.1.0'))
  }
  test.each<[string, () => string[], string]>([
    [
      'another file than the checksum says',
      () => [release('forged', script('6.6.6'), 'a'.repeat(64))],
      'is not what was released: its SHA-256 should be aaaa',
    ],
    [
      'a given checksum that does not fit',
      () => [join(release('good', script('0.2.0')), asset), '--sha256', 'b'.repeat(64)],
      'is not what was released',
    ],
    [
      'no checksum at all',
      () => [join(release('good', script('0.2.0')), asset), '--sha256', 'xyz'],
      'A SHA-256 has 64 hexadecimal digits',
    ],
    ['a folder without a release', () => [bin], 'SHA256SUMS cannot be read'],
    [
      'a release for other machines',
      () => {
        const folder = release('others', 'x')
        writeFileSync(join(folder, 'SHA256SUMS'), `${'0'.repeat(64)}  stellar-other-x64\n`)
        return [folder]
      },
      `does not name ${asset}`,
    ],
    [
      'a file that does not start',
      () => [release('dead', '#!/bin/sh\necho no such library >&2\nexit 127\n')],
      'does not start here: no such library',
    ],
    ['an address that anybody could answer for', () => ['http://releases.example/0.2.0'], 'is not an https address'],
    ['neither a release nor --back', () => [], 'takes a release'],
  ])(
    '%s',
    async (_, args, sentence) => {
      const refused = await upgrade(args())
      expect(refused.code).toBeGreaterThan(0)
      expect(refused.sentences).toEqual([expect.stringContaining(sentence)])
      unchanged()
    },
    30_000,
  )

  test('a server that breaks off, lies about the file or does not answer', async () => {
    const text = script('0.2.0')
    const sums = `${createHash('sha256').update(text).digest('hex')}  ${asset}\n`
    const server = createServer((request, response) => {
      if (/^\/(half|gone|good)\/SHA256SUMS$/.test(request.url ?? '')) return response.end(sums)
      if (request.url?.startsWith('/good/')) return response.end(text)
      const [, how, name] = request.url?.split('/') ?? []
      if (how === 'hop') return response.writeHead(302, { location: `/good/${name}` }).end()
      if (how === 'round') return response.writeHead(302, { location: request.url }).end()
      if (how === 'clear') return response.writeHead(302, { location: `${clear()}/${name}` }).end()
      if (request.url?.startsWith('/gone/')) return response.writeHead(404).end()
      response.writeHead(200, { 'content-length': '1000000' }).write('half of it')
      return setTimeout(() => response.destroy(), 50)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    // In the clear as far as anybody knows, and it leads back to what is trusted.
    let asked = 0
    const between = createServer((request, response) => {
      asked++
      response.writeHead(302, { location: `${base}/good${request.url}` }).end()
    }).listen(0, '127.0.0.2')
    await once(between, 'listening')
    const clear = () => `http://127.0.0.2:${(between.address() as AddressInfo).port}`
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    try {
      for (const [path, sentence] of [
        ['half', 'could not be stored'],
        ['gone', 'the server answered 404'],
        ['clear', 'it leads to http://127.0.0.2:'],
        ['round', 'it leads on more than 5 times'],
      ] as const) {
        expect(await upgrade([`${base}/${path}`])).toMatchObject({
          code: 1,
          sentences: [expect.stringContaining(sentence)],
        })
        unchanged()
      }
      expect(asked).toBe(0)
      expect(await upgrade([`${base}/hop`], { STELLAR_DATA: join(root, 'nothing') })).toMatchObject({
        code: 0,
        sentences: [],
        stdout: expect.stringContaining('only the program is replaced.'),
      })
      expect(await installed()).toBe('0.2.0')
    } finally {
      between.close()
      server.close()
    }
  }, 60_000)
})

describe('under systemd', () => {
  const state = join(root, 'systemd')
  let port = 0
  let environment: Record<string, string> = {}

  beforeAll(async () => {
    port = await freePort()
    mkdirSync(state)
    // Its own environment is the service's, not that of whoever upgrades.
    writeFileSync(
      join(state, 'systemctl'),
      `#!/bin/sh
cd "${state}"
pid=$(cat pid 2>/dev/null)
alive() { [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; }
echo "$*" >> calls
case $1 in
  list-unit-files) echo "stellar-panel.service enabled enabled" ;;
  list-units) if alive; then echo "stellar-panel.service loaded active running Stellar"; fi ;;
  show) if [ "$2" = --property=ExecStart ]; then echo "{ path=${program} ; argv[]=${program} panel ; }"; exit; fi
    echo "\${pid:-0}" ;;
  is-active) if alive; then echo active; else echo failed; exit 3; fi ;;
  stop | restart | start)
    if alive; then kill "$pid"; while alive; do sleep 0.1; done; fi
    [ "$1" = stop ] && { rm -f pid; exit 0; }
    env -i PATH="$PATH" STELLAR_DATA="${data}" STELLAR_PORT=${port} STELLAR_LINK_PORT=0 setsid "${program}" panel >> log 2>&1 < /dev/null &
    echo $! > pid ;;
esac
`,
    )
    chmodSync(join(state, 'systemctl'), 0o755)
    environment = { PATH: `${state}:${process.env['PATH']}`, STELLAR_DATA: join(root, 'somewhere-else') }
  })
  const systemctl = (verb: string) => runCommand([verb], { data, program: [join(state, 'systemctl')] })
  afterAll(() => systemctl('stop'))
  const ask = async () =>
    (await fetch(`http://127.0.0.1:${port}/api/v1/account`, { headers: { authorization: apiKey } })).status
  const pid = () => readFileSync(join(state, 'pid'), 'utf8')

  test('the service is restarted with the newer program, and with the older one again when that fails', async () => {
    const stopped = await upgrade([release('good', script('0.2.0'))], environment)
    expect(stopped).toMatchObject({
      code: 1,
      sentences: [
        'stellar: The service stellar-panel.service does not run, so nobody knows its settings. Start it first: systemctl start stellar-panel.service',
      ],
    })
    await systemctl('start')
    expect(
      await runCommand(['ready', '--wait', '60'], { data, environment: { STELLAR_PORT: String(port) } }),
    ).toMatchObject({ code: 0 })
    const before = pid()
    const done = await upgrade([release('good', script('0.2.0'))], environment)
    expect(done).toMatchObject({
      code: 0,
      sentences: [],
      stdout: expect.stringContaining('Stellar 0.2.0 is installed and runs'),
    })
    expect(pid()).not.toBe(before)
    expect(await ask()).toBe(200)

    const failed = await upgrade([release('fails', script('0.3.0', 'fails')), '--wait', '8'], environment)
    expect(failed).toMatchObject({
      code: 1,
      sentences: [expect.stringContaining('Stellar 0.2.0 is back, with its database as it was.')],
    })
    expect(await installed()).toBe('0.2.0')
    expect(await ask()).toBe(200)
    expect(existsSync(join(root, 'somewhere-else'))).toBe(false)
  }, 240_000)
})
