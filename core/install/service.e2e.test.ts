// The real program as a service of systemd, in the sandbox that the installer gives it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cachedBuild } from '#core/build/cached-build.ts'
import { type LinuxMachine, linuxMachine } from '#core/testing/linux-machine.ts'
import { withoutTestbed } from '#core/testing/services.ts'

describe.skipIf(withoutTestbed)('the program as a service (needs the test bed)', () => {
  let machine: LinuxMachine

  beforeAll(async () => {
    machine = await linuxMachine('booted')
    await machine.copy(await cachedBuild(), '/stellar')
    await machine.copy('core/install/install.sh', '/install.sh')
  })
  afterAll(() => machine[Symbol.asyncDispose]())

  const show = async (command: string) => (await machine.sh(command)).stdout.trim()
  const install = (mode: string) =>
    machine.sh(`sh /install.sh ${mode} --file /stellar --sha256 "$(sha256sum </stellar | cut -d ' ' -f 1)"`)
  const owners = (service: string) =>
    show(
      `for pid in $(cat /sys/fs/cgroup/systemd/*/*/system.slice/${service}.service/cgroup.procs); do stat -c %U /proc/$pid; done | sort | uniq -c | awk '{ print $2 }' | tr '\\n' ' '`,
    )
  const createOwner = () =>
    machine.sh(
      'echo "correct horse battery" | STELLAR_DATA=/var/lib/stellar stellar owner create --email ada@panel.test',
    )
  const signIn = () => show('curl -s -o /dev/null -w "%{redirect_url}" http://127.0.0.1:3000/')

  test('panel and node come up together, the node enrolled, PostgreSQL under its own account', async () => {
    const { code, stdout, stderr } = await install('up')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/\n {4}http:\/\/127\.0\.0\.1:3000\/setup\?token=[\w-]{32}\n/)
    const heard =
      'timeout 30 sh -c "until journalctl -u stellar-up -o cat -q | grep -q \'a node is connected\'; do sleep 0.2; done"'
    expect((await machine.sh(heard)).code).toBe(0)
    expect(await owners('stellar-up')).toBe('root stellar')
    expect(await show('stat -c "%U %a" /var/lib/stellar/node')).toBe('root 700')
  })

  test('a command beside the service reaches its database', async () => {
    expect(await signIn()).toContain('/setup')
    expect(await createOwner()).toMatchObject({ code: 0, stdout: expect.stringContaining('is the owner now') })
    expect(await signIn()).toContain('/sign-in')
  })

  test('killed, it comes back with everything', async () => {
    const before = await show('systemctl show -p MainPID --value stellar-up')
    await machine.sh('kill -9 $(systemctl show -p MainPID --value stellar-up)')
    expect(await machine.sh('stellar ready --wait 60')).toMatchObject({ code: 0, stdout: 'ready\n' })
    expect(await show('systemctl show -p MainPID --value stellar-up')).not.toBe(before)
    expect(await signIn()).toContain('/sign-in')
  })

  test('changed over to the panel alone, it finds its data and is root no more', async () => {
    expect((await machine.sh('sh /install.sh --uninstall')).code).toBe(0)
    expect(await show('tail -n 1 /var/lib/stellar/panel/postgres/postgres.log')).toContain('shut down')
    const { code, stdout } = await install('panel')
    expect(code).toBe(0)
    // The owner is there: no address to set it up is shown, least of all the one of before.
    expect(stdout).not.toContain('/setup')
    expect(await owners('stellar-panel')).toBe('stellar')
    expect(await signIn()).toContain('/sign-in')
  })

  test('a taken port is said by the installer, and nothing is left', async () => {
    await machine.sh('sh /install.sh --uninstall; rm -rf /etc/stellar')
    await machine.sh('mkdir /etc/stellar && echo STELLAR_PORT=8443 >/etc/stellar/stellar.env')
    const { code, stderr } = await machine.sh(
      `sed 's/--wait 90/--wait 3/' /install.sh >/impatient.sh; sh /impatient.sh panel --file /stellar --sha256 "$(sha256sum </stellar | cut -d ' ' -f 1)"`,
    )
    expect(code).toBe(1)
    expect(stderr).toMatch(/stellar-panel does not become ready: .*8443/)
    expect(await show('ls /usr/local/bin /etc/systemd/system | grep stellar')).toBe('')
  })

  test('it carries the licences of what it holds', async () => {
    const { code, stdout } = await machine.sh('/stellar licences')
    expect(code).toBe(0)
    for (const part of ['node 24', 'PostgreSQL 18', 'hono 4', 'htmx.org 4', 'OpenSSL 1', 'jetbrains-mono'])
      expect(stdout).toContain(`\n  ${part}`)
  })
})
