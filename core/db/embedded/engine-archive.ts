// The engine as the single executable carries it: a tar file, compressed, written by the build and unpacked at the
// first start. Streamed: a small machine has no fifty megabytes to spare for it.
import { createReadStream, createWriteStream } from 'node:fs'
import { chmod, mkdir, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib'
import { extract, type Header, pack } from 'tar-stream'
import type { EngineFile } from './engine-files.ts'

/** Where it lies among the program's files; beside it `version`, that of npm's package. */
export const archiveFolder = 'postgres/'
export const archiveName = 'engine.tar.zst'

const chunk = 64 * 1024

/** The level with the smallest archive that a twenty-second wait is worth. */
const smallest = 19

/** The same files and the same level give the same bytes: no times, no owners. */
export async function packArchive(files: readonly EngineFile[], target: string, level = smallest): Promise<void> {
  const archive = pack()
  const written = pipeline(
    archive,
    createZstdCompress({
      params: {
        [constants.ZSTD_c_compressionLevel]: level,
        // 16 MB: what unpacking needs as memory.
        [constants.ZSTD_c_windowLog]: 24,
        [constants.ZSTD_c_checksumFlag]: 1,
      },
    }),
    createWriteStream(target),
  )
  for (const file of files) await add(archive, file)
  archive.finalize()
  await written
}

async function add(archive: ReturnType<typeof pack>, file: EngineFile): Promise<void> {
  const header = { name: file.path || '.', mtime: new Date(0), uid: 0, gid: 0 }
  if (file.kind === 'folder') archive.entry({ ...header, type: 'directory', mode: 0o755 })
  else if (file.kind === 'link') archive.entry({ ...header, type: 'symlink', linkname: file.to })
  else {
    const { size } = await stat(file.from)
    await pipeline(createReadStream(file.from), archive.entry({ ...header, mode: file.mode, size }))
  }
}

/** Into a folder that is there already or not; rejects when the archive is damaged or the disk is full. */
export async function unpackArchive(bytes: Buffer, target: string): Promise<void> {
  const entries = extract()
  const read = pipeline(Readable.from(slices(bytes), { objectMode: false }), createZstdDecompress(), entries)
  const made = (async () => {
    for await (const entry of entries) {
      await make(entry.header, entry, target)
      entry.resume()
    }
  })()
  await Promise.all([read, made])
}

async function make(header: Header, content: AsyncIterable<unknown>, target: string): Promise<void> {
  // Our own build wrote the names: none leads out of the folder.
  const path = join(target, header.name)
  if (header.type === 'directory') {
    await mkdir(path, { recursive: true })
    await chmod(path, 0o755)
  } else if (header.type === 'symlink') await symlink(header.linkname ?? '', path)
  else {
    await pipeline(content, createWriteStream(path))
    // Whatever the umask is: the account that PostgreSQL runs as must read it.
    await chmod(path, header.mode ?? 0o644)
  }
}

function* slices(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk)
}
