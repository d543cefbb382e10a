import { describe, expect, it } from 'vitest'
import { type Machine, unreachable, warnings } from './health.ts'

const debian: Machine = { installed: true, systemd: true, root: true, user: 'root', osRelease: 'ID=debian\n' }
const failed = (code: string) => Object.assign(new Error(`connect ${code}`), { code })

describe('an engine that does not answer', () => {
  it.each<[string, string, Partial<Machine>, string | undefined]>([
    [
      'not installed, on Debian',
      'ENOENT',
      { installed: false },
      'apt-get update && apt-get install -y docker.io iptables',
    ],
    [
      'not installed, elsewhere',
      'ENOENT',
      { installed: false, osRelease: 'ID=fedora\n' },
      'curl -fsSL https://get.docker.com | sh',
    ],
    [
      'not installed, not root',
      'ENOENT',
      { installed: false, root: false, osRelease: 'ID=ubuntu\n' },
      'sudo apt-get update && sudo apt-get install -y docker.io iptables',
    ],
    ['stopped, with systemd', 'ECONNREFUSED', {}, 'systemctl enable --now docker'],
    ['stopped, without', 'ENOENT', { systemd: false }, 'service docker start'],
    ['not allowed', 'EACCES', { root: false, user: 'ada' }, 'sudo usermod -aG docker ada && newgrp docker'],
    ['stuck', 'docker-timeout', {}, 'systemctl restart docker'],
  ])('%s: says the exact command', (_name, code, machine, fix) => {
    const health = unreachable(failed(code), '/var/run/docker.sock', { ...debian, ...machine })
    expect(health).toMatchObject({ healthy: false, fix })
    expect(health.detail).not.toBe('')
  })
})

describe('warnings', () => {
  it('are none for an engine that can do everything', () => {
    expect(warnings({ SecurityOptions: ['name=seccomp,profile=default'], MemoryLimit: true, SwapLimit: true })).toEqual(
      [],
    )
  })
  it('name what the kernel cannot limit', () => {
    const found = warnings({
      SecurityOptions: [],
      MemoryLimit: false,
      SwapLimit: false,
      PidsLimit: false,
      CpuCfsQuota: false,
    })
    expect(found).toHaveLength(5)
  })
})
