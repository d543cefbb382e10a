// The installer on a machine with systemd: what it sets up, a second run, a run that fails or is killed half way, and
// taking it away again.
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type LinuxMachine, linuxMachine } from '#core/testing/linux-machine.ts'
import { withoutTestbed } from '#core/testing/services.ts'
import { installable, writeFakeRelease } from './fake-release.ts'

describe.skipIf(withoutTestbed)('the installer on a machine with systemd (needs the test bed)', () => {
  let machine: LinuxMachine

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stellar-release-'))
    writeFakeRelease(join(folder, '9.1.0'), '9.1.0')
    writeFakeRelease(join(folder, '9.2.0'), '9.2.0')
    machine = await linuxMachine('booted')
    await machine.copy(folder, '/releases')
    rmSync(folder, { recursive: true })
  })
  afterAll(() => machine[Symbol.asyncDispose]())

  beforeEach(async () => {
    await machine.sh('sh /releases/9.1.0/install.sh --uninstall')
    await machine.sh('rm -rf /var/lib/stellar* /etc/stellar /port-taken; userdel stellar')
  })

  const install = (args: string, version = '9.1.0') =>
    machine.sh(`sh /releases/${version}/install.sh ${args} --from /releases/${version}`)
  const show = async (command: string) => (await machine.sh(command)).stdout.trim()
  const state = () => show(installable)
  const running = (name: string) => show(`systemctl show -p ActiveState,UnitFileState,MainPID ${name}`)

  test('one command: account, service, and the address that sets it up', async () => {
    const { code, stdout, stderr } = await install('')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('Stellar 9.1.0 is installed: /usr/local/bin/stellar\n')
    expect(stdout).toContain('\n    http://127.0.0.1:3000/setup?token=abc\n')
    expect(stdout).toContain('ssh -L 3000:127.0.0.1:3000')
    expect(stdout).toContain('Docker, which runs the game servers, is not here yet')
    expect(await running('stellar-up')).toMatch(/MainPID=[1-9]\d*\nActiveState=active\nUnitFileState=enabled/)
    expect(await show('getent passwd stellar')).toMatch(/:\/var\/lib\/stellar:\/usr\/sbin\/nologin$/)
    expect(await show('stat -c "%U:%G %a %n" /usr/local/bin/stellar /var/lib/stellar /etc/stellar/stellar.env')).toBe(
      'root:root 755 /usr/local/bin/stellar\nroot:root 711 /var/lib/stellar\nroot:stellar 640 /etc/stellar/stellar.env',
    )
    expect(await show('ls -A /usr/local/bin')).toBe('stellar')
  })

  test('a second run changes nothing and disturbs nobody', async () => {
    await install('')
    await machine.sh('echo STELLAR_PORT=3000 >>/etc/stellar/stellar.env')
    const before = [await state(), await running('stellar-up')]
    const { code } = await install('')
    expect(code).toBe(0)
    expect([await state(), await running('stellar-up')]).toEqual(before)
  })

  test('the panel alone runs as its account, and takes over what “up” made as root', async () => {
    await machine.sh('mkdir -p /var/lib/stellar/panel /var/lib/stellar/node && touch /var/lib/stellar/panel/secret.key')
    const { code } = await install('panel')
    expect(code).toBe(0)
    expect(await show('stat -c %U /proc/$(systemctl show -p MainPID --value stellar-panel)')).toBe('stellar')
    expect(await show('stat -c "%U %n" /var/lib/stellar /var/lib/stellar/panel/secret.key /var/lib/stellar/node')).toBe(
      'stellar /var/lib/stellar\nstellar /var/lib/stellar/panel/secret.key\nroot /var/lib/stellar/node',
    )
  })

  test('a node enrols with the token from a file, which nobody else can read', async () => {
    await machine.sh('echo good >/tmp/token')
    const { code, stdout } = await install('node --panel panel.test:8443 --token-file /tmp/token')
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('runs as stellar-node') })
    expect(await show('stat -c "%U %a" /etc/stellar/node.env')).toBe('root 600')
    expect(await show('systemctl show stellar-node; cat /etc/systemd/system/stellar-node.service')).not.toContain(
      'good',
    )
    // Beside it, the panel has a folder of its own: what runs as root reads nothing that the panel's account may write.
    expect((await install('panel')).code).toBe(0)
    expect(await show('stat -c "%U %n" /var/lib/stellar /var/lib/stellar-node')).toBe(
      'stellar /var/lib/stellar\nroot /var/lib/stellar-node',
    )
  })

  test('a node without a token is set up, not started, and says how to go on', async () => {
    const { code, stdout } = await install('node')
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('The node is not running, since it has no panel yet. Enrol it:'),
    })
    expect(await running('stellar-node')).toContain('ActiveState=inactive')
  })

  test('a node that is refused leaves nothing behind and says why', async () => {
    const before = await state()
    await machine.sh('echo stale >/tmp/token')
    const { code, stderr } = await install('node --panel panel.test:8443 --token-file /tmp/token')
    expect(code).toBe(1)
    expect(stderr).toContain('install.sh: stellar-node could not enrol: The panel does not know this token.\n')
    expect(await state()).toBe(before)
  })

  test('a panel that does not become ready is taken back, with its reason', async () => {
    const before = await state()
    await machine.sh('touch /port-taken')
    const { code, stderr } = await install('')
    expect(code).toBe(1)
    expect(stderr).toContain('stellar-up does not become ready: The panel cannot listen on port 3000: it is taken.')
    expect(stderr).toContain('What had been done was taken back.')
    expect(await state()).toBe(before)
    expect(await running('stellar-up')).toContain('ActiveState=inactive')
    expect(await show('getent passwd stellar')).toBe('')
  })

  test('a newer program asks for `stellar upgrade`; --replace replaces it, or leaves the old one running', async () => {
    await install('')
    await machine.sh('mkdir /var/lib/stellar/panel')
    const before = [await state(), await running('stellar-up')]
    const refused = await install('', '9.2.0')
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("'stellar upgrade' brings 9.2.0") })
    expect([await state(), await running('stellar-up')]).toEqual(before)

    await machine.sh('touch /port-taken')
    expect((await install('--replace', '9.2.0')).code).toBe(1)
    await machine.sh('rm /port-taken')
    expect(await show('/usr/local/bin/stellar version; ls -A /usr/local/bin')).toBe('9.1.0\nstellar')

    expect((await install('--replace', '9.2.0')).code).toBe(0)
    expect(await show('cd /usr/local/bin && ./stellar version && ./stellar.previous version')).toBe('9.2.0\n9.1.0')
    expect(await running('stellar-up')).toContain('ActiveState=active')
  })

  test.each(['daemon-reload', 'restart'])(
    'a run that is killed at systemctl %s is finished by the next',
    async (verb) => {
      await machine.sh(
        `mkdir -p /shims && printf '%s\\n' '#!/bin/sh' 'case $1 in ${verb}) kill -9 $PPID ;; esac' 'exec /bin/systemctl "$@"' >/shims/systemctl && chmod 755 /shims/systemctl`,
      )
      const killed = await machine.sh('PATH=/shims:$PATH sh /releases/9.1.0/install.sh --from /releases/9.1.0')
      expect(killed.code).toBe(137)
      expect((await install('')).code).toBe(0)
      expect(await running('stellar-up')).toMatch(/ActiveState=active\nUnitFileState=enabled/)
      expect(await show('ls -A /usr/local/bin')).toBe('stellar')
    },
  )

  test('Ctrl-C takes back what was done', async () => {
    const before = await state()
    await machine.sh('touch /port-taken')
    const { code, stderr } = await machine.sh(
      'timeout --foreground --signal INT 1 sh /releases/9.1.0/install.sh --from /releases/9.1.0',
    )
    expect({ code, stderr }).toEqual({ code: 124, stderr: expect.stringContaining('taken back') })
    expect(await state()).toBe(before)
  })

  test('the panel does not go beside the pair of both', async () => {
    await install('')
    const before = await state()
    expect(await install('panel')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("This machine has stellar-up already, and 'panel' does not go beside it."),
    })
    expect(await state()).toBe(before)
  })

  test('uninstalling keeps data, settings and account; a second time there is nothing to do', async () => {
    await install('--prefix /opt/stellar')
    await machine.sh('touch /var/lib/stellar/world; echo STELLAR_PORT=3111 >>/etc/stellar/stellar.env')
    const { code, stdout } = await machine.sh('sh /releases/9.1.0/install.sh --uninstall')
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('Kept: /var/lib/stellar\n') })
    expect(
      await show('ls -A /opt/stellar/bin /etc/systemd/system | grep stellar-; systemctl is-active stellar-up'),
    ).toBe('inactive')
    expect(
      await show(
        'ls /var/lib/stellar/world; tail -n 1 /etc/stellar/stellar.env; getent passwd stellar | cut -d : -f 1',
      ),
    ).toBe('/var/lib/stellar/world\nSTELLAR_PORT=3111\nstellar')
    expect((await machine.sh('sh /releases/9.1.0/install.sh --uninstall')).stdout).toContain('nothing was taken away')
    // And back again, onto what was kept.
    expect((await install('')).code).toBe(0)
    expect(await show('tail -n 1 /etc/stellar/stellar.env')).toBe('STELLAR_PORT=3111')
  })

  test('systemd finds no fault with the services, and little that they could do', async () => {
    const exposure: Record<string, number> = {}
    for (const mode of ['panel', 'node', 'up']) {
      if (mode === 'up') await machine.sh('sh /releases/9.1.0/install.sh --uninstall')
      expect((await install(`${mode} --no-start`)).code).toBe(0)
      const verified = await machine.sh(`systemd-analyze verify /etc/systemd/system/stellar-${mode}.service`)
      expect(verified).toEqual({ code: 0, stdout: '', stderr: '' })
      const security = await show(`systemd-analyze security --no-pager stellar-${mode} | tail -n 1`)
      exposure[mode] = Number(/stellar-\w+\.service: ([\d.]+)/.exec(security)?.[1])
    }
    // 10 is an ordinary service; those with Docker's socket are as good as root, whatever this says.
    expect(exposure['panel']).toBeLessThan(1.6)
    expect(exposure['node']).toBeLessThan(3)
    expect(exposure['up']).toBeLessThan(3.2)
  })
})
