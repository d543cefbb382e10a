// argon2id by the runtime itself, in its thread pool; where it has none (Deno), by WebAssembly, on the main loop.
import * as crypto from 'node:crypto'
import { promisify } from 'node:util'

export interface Argon2Work {
  /** As one types it, normalised. */
  readonly message: string
  readonly salt: Buffer
  /** KiB. */
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
  /** Bytes. */
  readonly length: number
}

// Not a named import: where the runtime lacks it, that is an error before anything runs.
const native = 'argon2' in crypto ? promisify(crypto.argon2) : undefined

export async function argon2id({ message, salt, memory, passes, parallelism, length }: Argon2Work): Promise<Buffer> {
  if (native) {
    return await native('argon2id', { message, nonce: salt, memory, passes, parallelism, tagLength: length })
  }
  const wasm = await import('hash-wasm')
  const hash = await wasm.argon2id({
    password: message,
    salt,
    memorySize: memory,
    iterations: passes,
    parallelism,
    hashLength: length,
    outputType: 'binary',
  })
  return Buffer.from(hash)
}
