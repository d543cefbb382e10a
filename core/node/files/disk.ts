// Small files of the node's own: written whole or not at all.
import { open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** On disk when it resolves, also if the machine loses power a moment later. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`
  {
    await using file = await open(temporary, 'w', 0o600)
    await file.writeFile(text)
    await file.sync()
  }
  await rename(temporary, path)
  await using directory = await open(dirname(path), 'r')
  await directory.sync()
}

/** Undefined when it is not there. */
export async function readWhole(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
