// Windows programs, as far as the build touches them: Node's own signature goes before anything is put inside, since
// afterwards it would be a dead one.

/** Offsets in a 64-bit PE file. */
const at = { header: 0x3c, optional: 24, magic64: 0x20b, directories: 112, directory: 8, certificates: 4 } as const

interface Pe {
  /** Of the certificate table's entry among the data directories. */
  readonly entry: number
  readonly offset: number
  readonly size: number
}

/** The program without its Authenticode signature; the same bytes when it has none. */
export function cutAuthenticode(program: Buffer): Buffer {
  const { entry, offset, size } = readCertificates(program)
  if (size === 0) return program
  if (offset + size !== program.length) throw new Error('The signature is not at the end of the program.')
  const cut = Buffer.from(program.subarray(0, offset))
  cut.writeUInt32LE(0, entry)
  cut.writeUInt32LE(0, entry + 4)
  return cut
}

/** Whether it says of itself that it is signed. */
export function hasAuthenticode(program: Buffer): boolean {
  return readCertificates(program).size > 0
}

/** Throws when it is no 64-bit PE file. */
function readCertificates(program: Buffer): Pe {
  const header =
    program.length > 0x40 && program.toString('latin1', 0, 2) === 'MZ' ? program.readUInt32LE(at.header) : -1
  if (header < 0 || program.toString('latin1', header, header + 4) !== 'PE\0\0') throw new Error('Not a PE file.')
  const optional = header + at.optional
  if (program.readUInt16LE(optional) !== at.magic64) throw new Error('Not a 64-bit PE file.')
  const entry = optional + at.directories + at.certificates * at.directory
  return { entry, offset: program.readUInt32LE(entry), size: program.readUInt32LE(entry + 4) }
}
