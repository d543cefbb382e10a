import { describe, expect, test } from 'vitest'
import { dockerOffer, type Machine } from './docker-offer.ts'

const debian: Machine = {
  osRelease: 'NAME="Debian GNU/Linux"\nID=debian\n',
  isRoot: true,
  dockerAnswers: false,
  dockerInstalled: false,
  systemd: true,
  terminal: true,
}

describe('the offer to install Docker', () => {
  test('is not made where Docker answers', () => {
    expect(dockerOffer({ ...debian, dockerAnswers: true }, true)).toEqual({ kind: 'nothing-to-do' })
  })

  test('asks on a terminal of a Debian machine as root', () => {
    const offer = dockerOffer(debian, undefined)
    expect(offer.kind).toBe('ask')
    expect(offer.kind === 'ask' && offer.steps.map((step) => step.join(' '))).toEqual([
      'apt-get update -qq',
      'apt-get install -qq -y --no-install-recommends docker.io iptables ca-certificates',
      'systemctl enable --now docker',
    ])
  })

  test('takes STELLAR_INSTALL_DOCKER=1 for a yes, and starts by the init script without systemd', () => {
    const offer = dockerOffer({ ...debian, terminal: false, systemd: false }, true)
    expect(offer.kind === 'do' && offer.steps.at(-1)).toEqual(['service', 'docker', 'start'])
  })

  test('only starts an engine that is installed', () => {
    const offer = dockerOffer({ ...debian, dockerInstalled: true }, undefined)
    expect(offer.kind === 'ask' && offer.steps).toEqual([['systemctl', 'enable', '--now', 'docker']])
  })

  test('takes STELLAR_INSTALL_DOCKER=0 for a no', () => {
    expect(dockerOffer(debian, false).kind).toBe('advise')
  })

  test('never installs without a terminal to ask on', () => {
    expect(dockerOffer({ ...debian, terminal: false }, undefined).kind).toBe('advise')
  })

  test.each([
    ['somebody who is not root', { ...debian, isRoot: false }, 'sudo apt-get update -qq && sudo apt-get install'],
    [
      'Ubuntu as not root',
      { ...debian, isRoot: false, osRelease: 'ID=ubuntu\nID_LIKE=debian\n' },
      'sudo apt-get update',
    ],
    ['another distribution', { ...debian, osRelease: 'ID=fedora\n' }, 'get.docker.com'],
  ])('tells %s the exact command', (_, machine, command) => {
    const offer = dockerOffer(machine, true)
    expect(offer.kind === 'advise' && offer.command).toContain(command)
  })
})
