// macOS programs, as far as the build touches them: where their segments lie and where their signature is.

const magic64 = 0xfeedfacf
const headerSize = 32
const segmentCommand = 0x19
const signatureCommand = 0x1d
export const signatureCommandSize = 16

export interface Segment {
  /** Of its load command. */
  readonly command: number
  readonly offset: number
  readonly size: number
}

export interface MachO {
  /** Where the next load command would go, and how far it may reach. */
  readonly commandsEnd: number
  readonly room: number
  readonly segments: ReadonlyMap<string, Segment>
  readonly signature: { readonly command: number; readonly offset: number; readonly size: number } | undefined
}

/** Throws when it is no 64-bit Mach-O program for one processor. */
export function readMachO(program: Buffer): MachO {
  if (program.length < headerSize || program.readUInt32LE(0) !== magic64) throw new Error('Not a 64-bit Mach-O file.')
  const commandsEnd = headerSize + program.readUInt32LE(20)
  const segments = new Map<string, Segment>()
  let signature: MachO['signature']
  let firstContent = program.length
  for (let at = headerSize, left = program.readUInt32LE(16); left > 0; left--) {
    const kind = program.readUInt32LE(at)
    if (kind === segmentCommand) {
      const name = program.toString('latin1', at + 8, at + 24).replace(/\0.*$/, '')
      const offset = Number(program.readBigUInt64LE(at + 40))
      segments.set(name, { command: at, offset, size: Number(program.readBigUInt64LE(at + 48)) })
      firstContent = Math.min(firstContent, ...sectionOffsets(program, at))
    }
    if (kind === signatureCommand) {
      signature = { command: at, offset: program.readUInt32LE(at + 8), size: program.readUInt32LE(at + 12) }
    }
    at += program.readUInt32LE(at + 4)
  }
  return { commandsEnd, room: firstContent - commandsEnd, segments, signature }
}

export function segment(file: MachO, name: string): Segment {
  const found = file.segments.get(name)
  if (!found) throw new Error(`The Mach-O file has no segment ${name}.`)
  return found
}

/** A further load command that says where the signature lies. */
export function addSignatureCommand(program: Buffer, at: number): void {
  program.writeUInt32LE(signatureCommand, at)
  program.writeUInt32LE(signatureCommandSize, at + 4)
  program.writeUInt32LE(program.readUInt32LE(16) + 1, 16)
  program.writeUInt32LE(program.readUInt32LE(20) + signatureCommandSize, 20)
}

/** Of those that have bytes in the file. */
function sectionOffsets(program: Buffer, command: number): number[] {
  return Array.from({ length: program.readUInt32LE(command + 64) }, (_, index) =>
    program.readUInt32LE(command + 72 + index * 80 + 48),
  ).filter((offset) => offset > 0)
}
