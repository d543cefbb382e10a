// A Node single executable: the base program with the blob inside, at the place where Node looks for it.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inject } from 'postject'
import { signAdHoc } from './ad-hoc-signature.ts'
import { makeBlob } from './blob.ts'
import { openPackage } from './npm-package.ts'
import { cutAuthenticode } from './pe.ts'
import { stripElf } from './strip-elf.ts'
import type { Target } from './targets.ts'

/** Node's own mark; the byte behind it says that there is a blob. */
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'

export async function makeSingleExecutable(stage: string, target: Target, out: string): Promise<void> {
  const blob = await makeBlob(stage, target)
  await writeFile(out, await baseProgram(target), { mode: 0o755 })
  await inject(out, 'NODE_SEA_BLOB', blob, {
    sentinelFuse: fuse,
    ...(target.platform === 'darwin' && { machoSegmentName: 'NODE_SEA' }),
  })
  if (target.platform === 'darwin') await writeFile(out, signAdHoc(await readFile(out)))
}

async function baseProgram(target: Target): Promise<Buffer> {
  const { root } = await openPackage(target.base)
  const program = await readFile(join(root, target.program))
  switch (target.platform) {
    case 'linux':
      return stripElf(program)
    case 'win32':
      return cutAuthenticode(program)
    case 'darwin':
      return program
  }
}
