// `stellar unpack-engine`: what a panel has done by a process of its own at the first start of the single executable.
import { messageOf } from '#core/base/errors.ts'
import { unpackCarried } from '#core/db/embedded/carried-engine.ts'
import { exits } from './exit.ts'

export async function unpackEngine([folder = '']: readonly string[]): Promise<number> {
  try {
    await unpackCarried(folder)
    return 0
  } catch (error) {
    // For the panel, which makes a sentence of it.
    console.error(messageOf(error))
    return exits.failed
  }
}
