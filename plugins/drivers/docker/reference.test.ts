import { describe, expect, it } from 'vitest'
import { fullName, loginFor, mirrored, parseReference } from './reference.ts'

describe('an image reference', () => {
  it.each([
    ['debian', 'docker.io/library/debian:latest'],
    ['debian:12', 'docker.io/library/debian:12'],
    ['itzg/minecraft-server', 'docker.io/itzg/minecraft-server:latest'],
    ['docker.io/itzg/minecraft-server:java21', 'docker.io/itzg/minecraft-server:java21'],
    ['ghcr.io/pelican-eggs/yolks:java_21', 'ghcr.io/pelican-eggs/yolks:java_21'],
    ['127.0.0.1:5000/tb-chatter', '127.0.0.1:5000/tb-chatter:latest'],
    ['localhost/thing', 'localhost/thing:latest'],
    [`debian@sha256:${'a'.repeat(64)}`, `docker.io/library/debian@sha256:${'a'.repeat(64)}`],
    [`ghcr.io/a/b:1@sha256:${'a'.repeat(64)}`, `ghcr.io/a/b@sha256:${'a'.repeat(64)}`],
  ])('%s is in full %s', (short, full) => {
    expect(fullName(parseReference(short))).toBe(full)
  })
})

describe('mirrors', () => {
  const mirrors = [
    { from: 'docker.io/', to: 'cache.lan/hub/' },
    { from: 'docker.io/itzg/', to: '127.0.0.1:5000/' },
    { from: '', to: 'nowhere/' },
  ]
  it('uses the longest prefix that matches the full name', () => {
    expect(mirrored('itzg/minecraft-server', mirrors)).toBe('127.0.0.1:5000/minecraft-server:latest')
    expect(mirrored('debian:12', mirrors)).toBe('cache.lan/hub/library/debian:12')
  })
  it('leaves alone what none matches', () => {
    expect(mirrored('ghcr.io/a/b:1', mirrors)).toBe('ghcr.io/a/b:1')
  })
})

describe('sign-ins', () => {
  const login = { registry: 'registry.lan:5000', username: 'a', password: 'b' }
  it('belong to one registry and are sent to no other', () => {
    expect(loginFor('registry.lan:5000/a/b', [login])).toBe(login)
    expect(loginFor('registry.lan/a/b', [login])).toBeUndefined()
    expect(loginFor('debian', [login])).toBeUndefined()
  })
  it('know Docker Hub by its old name', () => {
    expect(loginFor('debian', [{ ...login, registry: 'index.docker.io' }])).toBeDefined()
  })
})
