// Node without its symbol tables is the same program.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stripElf } from './strip-elf.ts'

describe.skipIf(process.platform !== 'linux')('a program without symbol tables (Linux)', () => {
  let folder: string
  let stripped: Buffer
  const whole = readFileSync(process.execPath)
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'stellar-strip-'))
    stripped = stripElf(whole)
    writeFileSync(join(folder, 'node'), stripped, { mode: 0o755 })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('is smaller by what only a debugger reads', () => {
    expect(stripped.length).toBeLessThan(whole.length - 15_000_000)
    // The names of sections are what it ends with, but for their table.
    const names = (program: Buffer) => program.subarray(-8192).toString('latin1')
    expect(names(whole)).toContain('\0.symtab\0')
    expect(names(stripped)).toContain('\0.rodata\0')
    expect(names(stripped)).not.toMatch(/\.symtab|\.strtab|\.debug/)
  })

  test('runs as before', () => {
    const script = `console.log(process.version, new Intl.NumberFormat('de').format(1234.5), crypto.randomUUID().length)`
    const said = execFileSync(join(folder, 'node'), ['-e', script], { encoding: 'utf8' })
    expect(said).toBe(`${process.version} 1.234,5 36\n`)
  })

  test('is not made from something else', () => {
    expect(() => stripElf(Buffer.from('MZ and no more than that, for sixty-four bytes or so. Not a program.'))).toThrow(
      'Not a 64-bit little-endian ELF file.',
    )
  })
})
