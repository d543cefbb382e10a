// The signature without which macOS runs no program on its own processors: no certificate, only the hash of each page.
// A downloaded file also needs its owner's leave, or a notarisation by Apple's service.
//
// The format is that of Apple's <kern/cs_blobs.h>: big-endian blobs in one super blob at the end of the file.
import { createHash } from 'node:crypto'
import { addSignatureCommand, readMachO, segment, signatureCommandSize } from './mach-o.ts'

const magic = { superBlob: 0xfade0cc0, directory: 0xfade0c02, requirements: 0xfade0c01, cms: 0xfade0b01 } as const
const slot = { directory: 0, requirements: 2, cms: 0x10000 } as const
const pageBits = 12
const page = 2 ** pageBits
const hashSize = 32
const directorySize = 88
const version = 0x20400
const adHoc = 2
const sha256 = 2
const mainProgram = 1n
/** Info.plist, of which there is none, and the requirements. */
const specialSlots = 2
const identifier = Buffer.from('stellar\0')

/** The program with a new signature in place of whatever it had. */
export function signAdHoc(program: Buffer): Buffer {
  const before = readMachO(program)
  const linkEdit = segment(before, '__LINKEDIT')
  const text = segment(before, '__TEXT')
  if (!before.signature && before.room < signatureCommandSize) throw new Error('There is no room for a load command.')
  const end = before.signature?.offset ?? linkEdit.offset + linkEdit.size
  if (!before.signature && end !== program.length) throw new Error('Something lies behind the last segment.')
  const limit = Math.ceil(end / 16) * 16
  const size = signatureSize(limit)
  const signed = Buffer.alloc(limit + size)
  program.copy(signed, 0, 0, end)

  const command = before.signature?.command ?? before.commandsEnd
  if (!before.signature) addSignatureCommand(signed, command)
  signed.writeUInt32LE(limit, command + 8)
  signed.writeUInt32LE(size, command + 12)
  const length = limit + size - linkEdit.offset
  signed.writeBigUInt64LE(BigInt(Math.ceil(length / 0x4000) * 0x4000), linkEdit.command + 32)
  signed.writeBigUInt64LE(BigInt(length), linkEdit.command + 48)
  // Last: the first page holds what was just written.
  writeSignature(signed, limit, text)
  return signed
}

const requirements = blob(magic.requirements, Buffer.alloc(4))
const cms = blob(magic.cms, Buffer.alloc(0))

function signatureSize(limit: number): number {
  return 12 + 3 * 8 + directoryLength(limit) + requirements.length + cms.length
}

function directoryLength(limit: number): number {
  return directorySize + identifier.length + (specialSlots + Math.ceil(limit / page)) * hashSize
}

function writeSignature(
  program: Buffer,
  limit: number,
  text: { readonly offset: number; readonly size: number },
): void {
  const parts = [
    [slot.directory, codeDirectory(program.subarray(0, limit), text)],
    [slot.requirements, requirements],
    [slot.cms, cms],
  ] as const
  const index = Buffer.alloc(4 + parts.length * 8)
  index.writeUInt32BE(parts.length, 0)
  let offset = 8 + index.length
  parts.forEach(([kind, part], number) => {
    index.writeUInt32BE(kind, 4 + number * 8)
    index.writeUInt32BE(offset, 8 + number * 8)
    offset += part.length
  })
  blob(magic.superBlob, Buffer.concat([index, ...parts.map(([, part]) => part)])).copy(program, limit)
}

function codeDirectory(code: Buffer, text: { readonly offset: number; readonly size: number }): Buffer {
  const hashes = [hash(requirements), Buffer.alloc(hashSize)]
  for (let at = 0; at < code.length; at += page) hashes.push(hash(code.subarray(at, at + page)))
  const head = Buffer.alloc(directorySize - 8)
  const fields = [
    version,
    adHoc,
    directorySize + identifier.length + specialSlots * hashSize,
    directorySize,
    specialSlots,
    hashes.length - specialSlots,
    code.length,
  ]
  fields.forEach((field, number) => head.writeUInt32BE(field, number * 4))
  head.set([hashSize, sha256, 0, pageBits], 28)
  head.writeBigUInt64BE(BigInt(text.offset), 56)
  head.writeBigUInt64BE(BigInt(text.size), 64)
  head.writeBigUInt64BE(mainProgram, 72)
  return blob(magic.directory, Buffer.concat([head, identifier, ...hashes]))
}

function blob(kind: number, content: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(kind, 0)
  head.writeUInt32BE(8 + content.length, 4)
  return Buffer.concat([head, content])
}

function hash(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}

export interface Checked {
  readonly pages: number
  /** Pages whose hash is another than the signature says. */
  readonly bad: number
  readonly adHoc: boolean
}

/** Compares each page with the signature, as the system does when it loads one. Throws when there is none. */
export function checkPages(program: Buffer): Checked {
  const { signature } = readMachO(program)
  if (!signature) throw new Error('The program is not signed.')
  const start = signature.offset
  if (program.readUInt32BE(start) !== magic.superBlob) throw new Error('The signature is no super blob.')
  const parts = Array.from({ length: program.readUInt32BE(start + 8) }, (_, number) => ({
    kind: program.readUInt32BE(start + 12 + number * 8),
    at: start + program.readUInt32BE(start + 16 + number * 8),
  }))
  const directory = parts.find(
    ({ at }) => program.readUInt32BE(at) === magic.directory && program[at + 37] === sha256,
  )?.at
  if (directory === undefined) throw new Error('The signature has no code directory with SHA-256.')
  const hashes = directory + program.readUInt32BE(directory + 16)
  const pages = program.readUInt32BE(directory + 28)
  const limit = program.readUInt32BE(directory + 32)
  const size = 2 ** (program[directory + 39] ?? pageBits)
  let bad = pages === Math.ceil(limit / size) && limit === start ? 0 : 1
  for (let number = 0; number < pages; number++) {
    const found = hash(program.subarray(number * size, Math.min((number + 1) * size, limit)))
    if (!found.equals(program.subarray(hashes + number * hashSize, hashes + (number + 1) * hashSize))) bad++
  }
  return { pages, bad, adHoc: (program.readUInt32BE(directory + 12) & adHoc) !== 0 }
}
