// A Debian without Docker, by the real program and the real packages: what is said, what is asked, what is done.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cachedBuild } from '#core/build/cached-build.ts'
import { type LinuxMachine, linuxMachine } from '#core/testing/linux-machine.ts'
import { withoutTestbed } from '#core/testing/services.ts'

/** Where nobody listens: a mirror that cannot be reached. */
const noNetwork = 'http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9'
const install = 'apt-get install -y --no-install-recommends docker.io iptables ca-certificates apparmor'
/** To mount, to filter, to write below /proc/sys; and a place for layers that is no overlay itself. Not `--privileged`, which
 * asks for more than the test bed's own engine may have. */
const forAnEngine = (
  '--cap-add SYS_ADMIN --cap-add NET_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfined ' +
  '--security-opt systempaths=unconfined --cgroupns host --volume /sys/fs/cgroup:/sys/fs/cgroup:rw --volume /var/lib/docker'
).split(' ')
const question = /Docker runs the game servers and is not installed\. Install it now .*\[Y\/n\] /

describe.skipIf(withoutTestbed)('a Debian without Docker (needs the test bed)', () => {
  let machine: LinuxMachine

  beforeAll(async () => {
    machine = await linuxMachine('plain', forAnEngine)
    await machine.copy(await cachedBuild(), '/stellar')
  })
  afterAll(() => machine[Symbol.asyncDispose]())

  const up = (name: string, environment = '') =>
    machine.atTerminal(
      `exec env STELLAR_DATA=/${name} STELLAR_PORT=0 STELLAR_LINK_PORT=0 ` +
        'STELLAR_OWNER_EMAIL=ada@panel.test STELLAR_OWNER_PASSWORD=correct-horse-battery ' +
        `STELLAR_OWNER_API_KEY_FILE=/${name}.key ${environment} /stellar up`,
    )
  const hasDocker = async () => (await machine.sh('test -e /usr/sbin/dockerd')).code === 0

  test.each([
    ['Ctrl-D', '\u0004'],
    ['Ctrl-C', '\u0003'],
  ])('%s at the question leaves, and nothing was done', async (_name, key) => {
    const stellar = up('left')
    await stellar.said(question)
    stellar.type(key)
    expect(await stellar.ended).toBe(130)
    expect(stellar.output()).toContain('stellar: Left at the question; nothing was done.')
    expect(stellar.output()).not.toContain('apt-get')
    expect((await machine.sh('test -e /left')).code, 'no data folder').toBe(1)
  })

  test('a mirror that cannot be reached: the panel starts and says what to do', async () => {
    const stellar = up('unreached', `${noNetwork} STELLAR_INSTALL_DOCKER=1`)
    await stellar.said(/Stellar \S+ is running/, 60_000)
    expect(stellar.output()).not.toMatch(question)
    expect(stellar.output()).toMatch(/That did not work: apt-get ended with 100\./)
    expect(stellar.output()).toContain(`apt-get update && ${install} && service docker start`)
    expect(await hasDocker()).toBe(false)
    stellar.type('\u0003')
    expect(await stellar.ended).toBe(0)
  })

  test('after a no the panel runs and says the command; after a yes elsewhere its node finds Docker by itself', async () => {
    const refused = up('refused')
    await refused.said(question)
    refused.type('n\r')
    const [, url = ''] = await refused.said(/(http:\/\/127\.0\.0\.1:\d+)/, 60_000)
    expect(refused.output()).toContain(`apt-get update && ${install} && service docker start`)
    const driver = async (): Promise<Record<string, unknown> | undefined> => {
      const { stdout } = await machine.sh(`curl -s -H "Authorization: Bearer $(cat /refused.key)" ${url}/api/v1/nodes`)
      return JSON.parse(stdout).data[0].driver
    }
    await expect.poll(driver, { timeout: 30_000, interval: 200 }).toMatchObject({
      healthy: false,
      detail: 'Docker is not installed on this machine.',
      fix: `apt-get update && ${install} && service docker start`,
    })
    expect(await hasDocker()).toBe(false)

    const agreed = up('agreed')
    await agreed.said(question)
    agreed.type('\r')
    await agreed.said(/Docker is ready\./, 120_000)
    await agreed.said(/Stellar \S+ is running/, 60_000)
    await expect
      .poll(driver, { timeout: 30_000, interval: 200 })
      .toMatchObject({ healthy: true, detail: expect.stringMatching(/^Docker \S+ is running\.$/) })

    // The engine is nobody's child: games outlive the panel that started it.
    agreed.type('\u0003')
    expect(await agreed.ended).toBe(0)
    expect(await driver()).toMatchObject({ healthy: true })
    const again = up('again')
    await again.said(/Stellar \S+ is running/, 60_000)
    expect(again.output()).not.toMatch(/Docker/)
  })
})
