// Takes symbol tables and debugging sections out of a Linux program: 18 MB of Node's 127. Ours rather than binutils',
// so that a build needs nothing but packages, works for every architecture and gives the same bytes everywhere.
//
// What a program needs to run is named by its program headers; sections that are not loaded (without SHF_ALLOC) lie
// behind it. So the file is cut there and gets a new table of the sections that stay.

const wordSize = { ehdr: 64, shdr: 64, phdr: 56 } as const
const allocated = 0x2n
const noBits = 8

interface Section {
  readonly name: string
  /** A copy of its header. */
  readonly header: Buffer
  readonly old: number
}

/** Throws when it is no 64-bit little-endian ELF file. */
export function stripElf(program: Buffer): Buffer {
  if (program.readUInt32BE(0) !== 0x7f454c46 || program[4] !== 2 || program[5] !== 1)
    throw new Error('Not a 64-bit little-endian ELF file.')
  const sections = readSections(program)
  const kept = sections.filter(({ header }, index) => index === 0 || (header.readBigUInt64LE(8) & allocated) !== 0n)
  const end = endOfLoaded(program, kept)
  const names = nameTable([...kept.map(({ name }) => name), '.shstrtab'])
  const table = align(end + names.bytes.length, 8)
  const out = Buffer.alloc(table + (kept.length + 1) * wordSize.shdr)
  program.copy(out, 0, 0, end)
  names.bytes.copy(out, end)
  const renumbered = new Map(kept.map(({ old }, index) => [old, index]))
  kept.forEach(({ name, header }, index) => {
    header.writeUInt32LE(names.offset(name), 0)
    header.writeUInt32LE(renumbered.get(header.readUInt32LE(40)) ?? 0, 40)
    header.copy(out, table + index * wordSize.shdr)
  })
  const last = out.subarray(table + kept.length * wordSize.shdr)
  last.writeUInt32LE(names.offset('.shstrtab'), 0)
  last.writeUInt32LE(3, 4)
  last.writeBigUInt64LE(BigInt(end), 24)
  last.writeBigUInt64LE(BigInt(names.bytes.length), 32)
  last.writeBigUInt64LE(1n, 48)
  out.writeBigUInt64LE(BigInt(table), 0x28)
  out.writeUInt16LE(kept.length + 1, 0x3c)
  out.writeUInt16LE(kept.length, 0x3e)
  return out
}

function readSections(program: Buffer): Section[] {
  const start = Number(program.readBigUInt64LE(0x28))
  const count = program.readUInt16LE(0x3c)
  const headers = Array.from({ length: count }, (_, index) =>
    Buffer.from(program.subarray(start + index * wordSize.shdr, start + (index + 1) * wordSize.shdr)),
  )
  const strings = headers[program.readUInt16LE(0x3e)]
  if (!strings) throw new Error('The ELF file names no sections.')
  const names = Number(strings.readBigUInt64LE(24))
  return headers.map((header, old) => {
    const at = names + header.readUInt32LE(0)
    return { header, old, name: program.toString('latin1', at, program.indexOf(0, at)) }
  })
}

/** Where the last byte that is loaded ends; nothing of what stays may lie behind it. */
function endOfLoaded(program: Buffer, kept: readonly Section[]): number {
  const start = Number(program.readBigUInt64LE(0x20))
  const segments = Array.from({ length: program.readUInt16LE(0x38) }, (_, index) => {
    const at = start + index * wordSize.phdr
    return Number(program.readBigUInt64LE(at + 8) + program.readBigUInt64LE(at + 32))
  })
  const contents = kept
    .filter(({ header }) => header.readUInt32LE(4) !== noBits)
    .map(({ header }) => Number(header.readBigUInt64LE(24) + header.readBigUInt64LE(32)))
  return Math.max(...segments, ...contents)
}

function nameTable(names: readonly string[]): { bytes: Buffer; offset(name: string): number } {
  const offsets = new Map<string, number>()
  let text = '\0'
  for (const name of names) {
    if (name === '' || offsets.has(name)) continue
    offsets.set(name, text.length)
    text += `${name}\0`
  }
  return { bytes: Buffer.from(text, 'latin1'), offset: (name) => offsets.get(name) ?? 0 }
}

function align(number: number, to: number): number {
  return Math.ceil(number / to) * to
}
