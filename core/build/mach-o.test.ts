// The ad-hoc signature of a small Mach-O file, byte for byte where the system is strict.
import { describe, expect, test } from 'vitest'
import { checkPages, signAdHoc } from './ad-hoc-signature.ts'
import { readMachO, segment } from './mach-o.ts'

/** A header, __TEXT with one section, and __LINKEDIT at the end, as a linker leaves them. */
function program(length = 10_000): Buffer {
  const file = Buffer.alloc(length, 7)
  file.fill(0, 0, 1024)
  file.writeUInt32LE(0xfeedfacf, 0)
  file.writeUInt32LE(2, 16)
  file.writeUInt32LE(152 + 72, 20)
  const put = (at: number, name: string, size: number, offset: number, bytes: number, sections: number) => {
    file.writeUInt32LE(0x19, at)
    file.writeUInt32LE(size, at + 4)
    file.write(name, at + 8, 'latin1')
    file.writeBigUInt64LE(BigInt(offset), at + 40)
    file.writeBigUInt64LE(BigInt(bytes), at + 48)
    file.writeUInt32LE(sections, at + 64)
  }
  put(32, '__TEXT', 152, 0, 8192, 1)
  file.writeUInt32LE(1024, 32 + 72 + 48)
  put(184, '__LINKEDIT', 72, 8192, length - 8192, 0)
  return file
}

describe('a program for macOS', () => {
  test('is signed page by page, and the signature lies at the end of the last segment', () => {
    const signed = signAdHoc(program())
    const { signature, segments } = readMachO(signed)
    expect(checkPages(signed)).toEqual({ pages: 3, bad: 0, adHoc: true })
    expect(signature).toMatchObject({ offset: 10_000, size: signed.length - 10_000 })
    expect(segments.get('__LINKEDIT')).toMatchObject({ offset: 8192, size: signed.length - 8192 })
  })

  test.each([
    ['the header', 40],
    ['the code', 5000],
    ['the last byte', 9999],
  ])('changed in %s afterwards is noticed', (_, at) => {
    const signed = signAdHoc(program())
    signed[at] = (signed[at] ?? 0) ^ 1
    expect(checkPages(signed).bad).toBe(1)
  })

  test('signed again loses the first signature', () => {
    const once = signAdHoc(program())
    expect(signAdHoc(once)).toEqual(once)
  })

  test('without room for the command, unsigned, or of another kind is refused', () => {
    const full = program()
    full.writeUInt32LE(260, 32 + 72 + 48)
    expect(() => signAdHoc(full)).toThrow('There is no room for a load command.')
    expect(() => checkPages(program())).toThrow('The program is not signed.')
    expect(() => readMachO(Buffer.alloc(64))).toThrow('Not a 64-bit Mach-O file.')
    expect(() => segment(readMachO(program()), '__DATA')).toThrow('no segment __DATA')
  })
})
