// What the installer does on machines where it cannot succeed: one sentence, and the machine as it was.
import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LinuxMachine, linuxMachine } from '#core/testing/linux-machine.ts'
import { withoutTestbed } from '#core/testing/services.ts'
import { installable, writeFakeRelease } from './fake-release.ts'

describe.skipIf(withoutTestbed)('the installer where it cannot succeed (needs the test bed)', () => {
  let machine: LinuxMachine
  let folder: string
  let server: Server
  let url = ''
  /** What was asked of the server. */
  const asked: string[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stellar-release-'))
    writeFakeRelease(join(folder, 'good'), '9.1.0')
    writeFakeRelease(join(folder, 'broken'), '9.1.0', '#!/bin/sh\necho "GLIBC_2.99 not found" >&2\nexit 1\n')
    writeFakeRelease(join(folder, 'tampered'), '9.1.0')
    for (const name of ['stellar-linux-x64', 'stellar-linux-x64.xz'])
      writeFileSync(join(folder, 'tampered', name), 'something else')
    writeFakeRelease(join(folder, 'silent'), '9.1.0')
    writeFileSync(join(folder, 'silent', 'SHA256SUMS'), '')
    server = createServer((request, response) => {
      asked.push(request.url ?? '')
      try {
        response.end(readFileSync(join(folder, request.url ?? '')))
      } catch {
        response.writeHead(404).end()
      }
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    // The network of this machine, for a release that is served on loopback.
    machine = await linuxMachine('plain', ['--network', 'host', '--tmpfs', '/small:size=64k,exec'])
    await machine.copy(join(folder, 'good/install.sh'), '/install.sh')
    await machine.copy(join(folder, 'good'), '/good')
    await machine.sh('mkdir /shims && cp /bin/true /shims/systemctl')
  })
  afterAll(async () => {
    await machine[Symbol.asyncDispose]()
    server.close()
    rmSync(folder, { recursive: true })
  })

  const state = async () => (await machine.sh(installable)).stdout

  /** Programs that lie in front of the system's own. */
  const shim = (name: string, text: string) =>
    machine.sh(`printf '%s\\n' '#!/bin/sh' '${text}' >/shims/${name} && chmod 755 /shims/${name}`)
  const unshim = (name: string) => machine.sh(`rm /shims/${name}`)

  async function refuses(
    args: string,
    sentence: RegExp,
    options: { code?: number; user?: string } = {},
  ): Promise<void> {
    const before = await state()
    const { user } = options
    const { code, stdout, stderr } = await machine.sh(
      `PATH=/shims:$PATH sh /install.sh ${args}`,
      user === undefined ? {} : { user },
    )
    expect(stderr.replace(/\n$/, '')).toMatch(sentence)
    expect(stderr.trimEnd().split('\n'), 'one sentence, one line').toHaveLength(1)
    expect({ code, stdout }).toEqual({ code: options.code ?? 1, stdout: '' })
    expect(await state()).toBe(before)
  }

  test('the same installer does succeed where it can: the refusals below have their own reasons', async () => {
    const { code, stdout } = await machine.sh(`sh /install.sh --no-service --from ${url}/good --prefix /opt/one`)
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Stellar 9.1.0 is installed: /opt/one/bin/stellar\n' })
    expect((await machine.sh('/opt/one/bin/stellar version; ls -A /opt/one/bin; getent passwd stellar')).stdout).toBe(
      '9.1.0\nstellar\n',
    )
    expect(asked).toContain('/good/stellar-linux-x64.xz')
  })

  test('wget and a machine without xz will do', async () => {
    const bare =
      'mkdir /bare && for tool in sh id uname getconf sort head sha256sum mktemp awk sed mkdir rm cp mv chmod cut cmp wget ln rmdir; do ln -s "$(command -v $tool)" /bare/; done'
    await machine.sh(bare)
    const { code, stderr } = await machine.sh(
      `PATH=/bare sh /install.sh --no-service --from ${url}/good --prefix /opt/two`,
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(asked.at(-1)).toBe('/good/stellar-linux-x64')
  })

  test.each(['tampered', 'silent'])('a program that the sums do not vouch for: %s', async (release) => {
    await refuses(
      `--no-service --from ${url}/${release}`,
      /should be [0-9a-f]{64}; it is [0-9a-f]{64}|does not name stellar-linux-x64\.xz/,
    )
  })

  test('a file of another sum', async () => {
    await refuses(
      `--no-service --file /good/stellar-linux-x64.xz --sha256 ${'0'.repeat(64)}`,
      /^install\.sh: stellar-linux-x64\.xz is not what was released: its SHA-256 should be 0{64}; it is [0-9a-f]{64}\. Nothing was installed\.$/,
    )
  })

  test('no network, no such release, no such folder', async () => {
    await refuses(
      '--no-service --from http://127.0.0.1:9/x',
      /127\.0\.0\.1:9\/x\/SHA256SUMS cannot be fetched: .*connect/i,
    )
    await refuses(`--no-service --from ${url}/none`, /none\/SHA256SUMS cannot be fetched: .*404/)
    await refuses('--no-service --from /none', /There is no folder \/none\.$/)
  })

  test('an address that anybody on the way could answer for', async () => {
    await refuses('--no-service --from http://releases.example/1', /is not an https address/)
  })

  test('another version than was asked for', async () => {
    await refuses(`--no-service --from ${url}/good --version 9.2.0`, /should hold Stellar 9\.2\.0; it holds '9\.1\.0'/)
  })

  test('a program that does not start', async () => {
    await refuses(`--no-service --from ${url}/broken`, /The program does not start here: GLIBC_2\.99 not found$/)
  })

  test('nobody but root', async () => {
    await refuses(`--from ${url}/good`, /This must run as root: put sudo before it\.$/, { user: '1000' })
  })

  test('a machine without systemd', async () => {
    await refuses(`--from ${url}/good`, /does not run systemd.*--no-service installs the program alone\.$/)
  })

  test('another system, another processor, another C library, an old one', async () => {
    await shim('uname', 'case $1 in -s) echo FreeBSD ;; -m) echo amd64 ;; esac')
    await refuses('--no-service', /for Linux; this is FreeBSD\.$/)
    await shim('uname', 'case $1 in -s) echo Linux ;; -m) echo riscv64 ;; esac')
    await refuses('--no-service', /x86_64 and aarch64 exist; this is riscv64\.$/)
    await unshim('uname')
    await shim('getconf', 'exit 1')
    await refuses('--no-service', /needs glibc 2\.28 or newer and this system has none \(musl/)
    await shim('getconf', 'echo glibc 2.17')
    await refuses('--no-service', /needs glibc 2\.28 or newer.*this system has glibc 2\.17\.$/)
    await unshim('getconf')
  })

  test('a full disk, and a folder that cannot be written to', async () => {
    await machine.sh('head -c 60000 /dev/zero >/small/ballast')
    await refuses(
      `--no-service --from ${url}/good --prefix /small`,
      /is the disk full\?|cannot be fetched|cannot be made/,
    )
    await refuses(`--no-service --from ${url}/good --prefix /proc/x`, /The folder \/proc\/x\/bin cannot be made\.$/)
  })

  test('arguments that make no sense', async () => {
    await refuses('--colour', /'--colour' is not known\. See --help\.$/, { code: 2 })
    await refuses('--from', /--from needs a value\. See --help\.$/, { code: 2 })
    await refuses('--prefix here', /--prefix must be an absolute path; it is 'here'/, { code: 2 })
    await refuses(`--prefix '/x;reboot'`, /--prefix may hold letters/, { code: 2 })
    await refuses('panel node', /'panel' and 'node' came/, { code: 2 })
    await refuses('panel --panel panel.test:1 --token x', /belong to 'node'; it is 'panel'/, { code: 2 })
    await refuses('node --panel panel.test:1', /needs the token too/, { code: 2 })
    await refuses(`node --panel panel.test:1 --token 'a\nb'`, /holds characters that none has/, { code: 2 })
    await refuses(
      'node --panel panel.test:1 --token-file /none',
      /--token-file \/none cannot be read\. See --help\.$/,
      { code: 2 },
    )
    await refuses('--file /good/SHA256SUMS', /--file needs --sha256 SUM/, { code: 2 })
    await refuses('--no-service', /does not know where releases are published/)
  })

  test('shellcheck has nothing to say about it', async () => {
    expect(await machine.sh('shellcheck --shell sh /install.sh')).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  test('an installer that arrives in half does nothing', async () => {
    const before = await state()
    for (const share of [3, 2, 1.2, 1.001]) {
      await machine.sh(
        `head -c $(($(wc -c </install.sh) * 1000 / ${share * 1000})) /install.sh | sh -s -- --no-service --from ${url}/good`,
      )
    }
    expect(await state()).toBe(before)
  })
})
