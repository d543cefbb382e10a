import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSecrets } from './secrets.ts'

let dataDirectory: string
beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'stellar-secrets-'))
})
afterEach(async () => {
  await rm(dataDirectory, { recursive: true })
})

const key = 'f'.repeat(64)
const open = (environment: Record<string, string> = {}) => openSecrets({ dataDirectory, environment })

describe('secrets', () => {
  test('come back as they were, and do not look the same twice', async () => {
    const secrets = await open()
    for (const plain of ['', 'password', 'ÄÖÜ \u{1f511}', 'x'.repeat(100_000)]) {
      const sealed = secrets.encrypt(plain)
      expect(secrets.decrypt(sealed)).toBe(plain)
      if (plain.length > 3) expect(sealed).not.toContain(plain)
      expect(secrets.encrypt(plain)).not.toBe(sealed)
    }
  })

  test('are read again after a restart, with the key in a file of its own that only the panel reads', async () => {
    const sealed = (await open()).encrypt('kept')
    expect((await open()).decrypt(sealed)).toBe('kept')
    expect((await stat(join(dataDirectory, 'panel/secret.key'))).mode & 0o777).toBe(0o600)
    expect(await readdir(join(dataDirectory, 'panel'))).toEqual(['secret.key'])
  })

  test('use one key although several begin at once', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => open()))
    const sealed = all.map((secrets, index) => secrets.encrypt(String(index)))
    for (const secrets of all)
      expect(sealed.map((text) => secrets.decrypt(text))).toEqual(['0', '1', '2', '3', '4', '5', '6', '7'])
  })

  test('are refused when a single character was changed', async () => {
    const secrets = await open()
    const sealed = secrets.encrypt('do not touch')
    for (let at = 0; at < sealed.length; at++) {
      const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1)
      // The last bits of a base64url group may be padding: then the bytes are the same.
      if (
        Buffer.from(changed.split('.').at(-1) ?? '', 'base64url').equals(
          Buffer.from(sealed.split('.').at(-1) ?? '', 'base64url'),
        ) &&
        at > sealed.lastIndexOf('.')
      )
        continue
      expect(() => secrets.decrypt(changed)).toThrow()
    }
  })

  test('made with another key are refused with what to do', async () => {
    const sealed = (await open({ STELLAR_SECRET_KEY: key })).encrypt('x')
    const other = await open()
    expect(() => other.decrypt(sealed)).toThrow(expect.objectContaining({ code: 'secret-key-changed' }))
  })

  test('take the key from the environment or the file it names, and leave no file behind', async () => {
    const file = join(dataDirectory, 'key')
    await writeFile(file, `${Buffer.from(key, 'hex').toString('base64')}\n`)
    const sealed = (await open({ STELLAR_SECRET_KEY: key })).encrypt('same key')
    expect((await open({ STELLAR_SECRET_KEY_FILE: file })).decrypt(sealed)).toBe('same key')
    await expect(readFile(join(dataDirectory, 'panel/secret.key'))).rejects.toThrow('ENOENT')
  })

  test('open with the key of before, too, and are sealed with the present one', async () => {
    const [older, newer] = [key, 'e'.repeat(64)]
    const sealed = (await open({ STELLAR_SECRET_KEY: older })).encrypt('kept')
    const both = await open({ STELLAR_SECRET_KEY: newer, STELLAR_SECRET_KEY_OLD: older })
    expect(both.decrypt(sealed)).toBe('kept')
    expect((await open({ STELLAR_SECRET_KEY: newer })).decrypt(both.encrypt('new'))).toBe('new')
    // As a restored backup brings them.
    const file = join(dataDirectory, 'two')
    await writeFile(file, `${newer}\n${older}\n`)
    const restored = await open({ STELLAR_SECRET_KEY_FILE: file })
    expect(restored.decrypt(sealed)).toBe('kept')
    expect(restored.version()).toBe(both.version())
  })

  test('go on in a running process whose key file is taken away', async () => {
    const secrets = await open()
    const sealed = secrets.encrypt('kept')
    await rm(join(dataDirectory, 'panel/secret.key'))
    expect(secrets.decrypt(secrets.encrypt('more'))).toBe('more')
    expect(secrets.decrypt(sealed)).toBe('kept')
  })

  test('refuse a key of the wrong length without showing it', async () => {
    await expect(open({ STELLAR_SECRET_KEY: 'c2hvcnQ=' })).rejects.toThrow(
      'The key in STELLAR_SECRET_KEY must be 32 bytes as base64 or hex; it has 5 bytes.',
    )
    await expect(open({ STELLAR_SECRET_KEY_FILE: join(dataDirectory, 'none') })).rejects.toMatchObject({
      code: 'secret-key-unreadable',
    })
  })
})
