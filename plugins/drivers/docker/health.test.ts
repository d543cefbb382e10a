import { describe, expect, it } from 'vitest'
import { unreachable, warnings } from './health.ts'
import type { Machine } from './machine.ts'

const debian: Machine = {
  installed: true,
  systemd: true,
  initScript: true,
  apparmorParser: true,
  root: true,
  user: 'root',
  osRelease: 'ID=debian\n',
}
const apt = 'apt-get install -y --no-install-recommends docker.io iptables ca-certificates apparmor'
const failed = (code: string) => Object.assign(new Error(`connect ${code}`), { code })

describe('an engine that does not answer', () => {
  it.each<[string, string, Partial<Machine>, string | undefined]>([
    [
      'not installed, on Debian',
      'ENOENT',
      { installed: false },
      `apt-get update && ${apt} && systemctl enable --now docker`,
    ],
    [
      'not installed, elsewhere',
      'ENOENT',
      { installed: false, osRelease: 'ID=fedora\n' },
      'curl -fsSL https://get.docker.com | sh && systemctl enable --now docker',
    ],
    [
      'not installed, not root',
      'ENOENT',
      { installed: false, root: false, osRelease: 'ID=ubuntu\n' },
      `sudo apt-get update && sudo ${apt} && sudo systemctl enable --now docker`,
    ],
    ['stopped, with systemd', 'ECONNREFUSED', {}, 'systemctl enable --now docker'],
    [
      'not installed, without systemd',
      'ENOENT',
      { installed: false, systemd: false, initScript: false },
      `apt-get update && ${apt} && service docker start`,
    ],
    ['stopped, without', 'ENOENT', { systemd: false }, 'service docker start'],
    [
      'stopped, without a start script either',
      'ENOENT',
      { systemd: false, initScript: false, root: false },
      "sudo sh -c 'dockerd >>/var/log/docker.log 2>&1 &'",
    ],
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
    const able = {
      SecurityOptions: ['name=apparmor', 'name=seccomp,profile=default'],
      MemoryLimit: true,
      SwapLimit: true,
    }
    expect(warnings(able, debian)).toEqual([])
  })
  it('name what the kernel cannot limit', () => {
    const found = warnings(
      {
        SecurityOptions: [],
        MemoryLimit: false,
        SwapLimit: false,
        PidsLimit: false,
        CpuCfsQuota: false,
      },
      debian,
    )
    expect(found).toHaveLength(5)
  })
  it('say that nothing starts where the kernel has AppArmor and the machine not its program', () => {
    const info = { SecurityOptions: ['name=apparmor', 'name=seccomp,profile=default'] }
    expect(warnings(info, { ...debian, apparmorParser: false })).toEqual([
      expect.stringMatching(/starts no container.*apt-get install -y apparmor/),
    ])
    const without = { SecurityOptions: ['name=seccomp,profile=default'] }
    expect(warnings(without, { ...debian, apparmorParser: false })).toEqual([])
  })
})
