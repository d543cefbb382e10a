import { describe, expect, test } from 'vitest'
import type { Machine } from '#plugins/drivers/docker/machine.ts'
import { dockerOffer, type Situation } from './docker-offer.ts'

const debian: Machine = {
  installed: false,
  systemd: true,
  initScript: false,
  apparmorParser: false,
  root: true,
  user: 'root',
  osRelease: 'NAME="Debian GNU/Linux"\nID=debian\n',
}
const bare: Situation = { machine: debian, socketPath: '/var/run/docker.sock', reaction: 'silent', terminal: true }
const on = (machine: Partial<Machine>, more: Partial<Situation> = {}): Situation => ({
  ...bare,
  machine: { ...debian, ...machine },
  ...more,
})
const apt = 'apt-get install -y --no-install-recommends docker.io iptables ca-certificates apparmor'

describe('the offer to install Docker', () => {
  test('is not made where Docker answers', () => {
    expect(dockerOffer({ ...bare, reaction: 'answers' }, true)).toEqual({ kind: 'nothing-to-do' })
  })

  test('asks on a terminal of a Debian machine as root, and knows the command for those who refuse', () => {
    const offer = dockerOffer(bare, undefined)
    expect(offer).toMatchObject({ kind: 'ask', question: expect.stringContaining('Install it now') })
    expect(offer.kind === 'ask' && offer.install.map((command) => command.join(' '))).toEqual(['apt-get update', apt])
    expect(offer.kind === 'ask' && offer.advice).toContain(
      `\n  apt-get update && ${apt} && systemctl enable --now docker`,
    )
  })

  test('takes STELLAR_INSTALL_DOCKER=1 for a yes', () => {
    expect(dockerOffer({ ...bare, terminal: false }, true).kind).toBe('do')
  })

  test('only starts an engine that is installed, on any distribution', () => {
    const offer = dockerOffer(on({ installed: true, osRelease: 'ID=fedora\n' }), undefined)
    expect(offer).toMatchObject({ kind: 'ask', question: expect.stringContaining('Start it now'), install: [] })
  })

  test('takes STELLAR_INSTALL_DOCKER=0 for a no', () => {
    expect(dockerOffer(bare, false).kind).toBe('advise')
  })

  test('never installs without a terminal to ask on', () => {
    expect(dockerOffer({ ...bare, terminal: false }, undefined).kind).toBe('advise')
  })

  test.each<[string, Situation, string]>([
    ['somebody who is not root', on({ root: false }), `\n  sudo apt-get update && sudo ${apt}`],
    ['Ubuntu as not root', on({ root: false, osRelease: 'ID=ubuntu\nID_LIKE=debian\n' }), 'sudo apt-get update'],
    ['another distribution', on({ osRelease: 'ID=fedora\n' }), 'get.docker.com'],
    [
      'an account outside of the group',
      on({ root: false, user: 'ada', installed: true }, { reaction: 'refuses this account' }),
      'ada may not use its socket /var/run/docker.sock, so game servers cannot run yet. Do this, and start Stellar again:\n  sudo usermod -aG docker ada',
    ],
    [
      'whoever has an engine of their own elsewhere',
      on({}, { socketPath: '/run/user/1000/docker.sock' }),
      'Docker does not answer at /run/user/1000/docker.sock, where DOCKER_HOST says',
    ],
  ])('tells %s what to do, and does nothing itself', (_, situation, advice) => {
    const offer = dockerOffer(situation, true)
    expect(offer.kind === 'advise' && offer.advice).toContain(advice)
  })
})
