// bcrypt hashes that came from another panel, until their next sign-in. bcrypt in JavaScript takes a tenth of a second and
// more without a pause, so it runs in a thread of its own; never more than core/auth/passwords.ts lets run at once.
import { Worker } from 'node:worker_threads'
import { getRounds } from 'bcryptjs'
import { asset } from '#core/base/asset.ts'
import { PublicError } from '#core/base/errors.ts'

/** What the thread loads: a file, since in the single executable there is no package to import from there. */
export const bcryptKey = 'node_modules/bcryptjs/umd/index.js'

/** A cost of 12 takes about half a second: less than every refusal takes then, so that its time tells nothing. */
const mostRounds = 12
const deadlineMs = 10_000

/** `$2a$`, `$2b$` and `$2y$` are one algorithm; `$2x$` marks hashes of a broken one. */
export function isBcrypt(hash: string): boolean {
  return /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/.test(hash) && getRounds(hash) >= 4 && getRounds(hash) <= mostRounds
}

export async function verifyBcrypt(hash: string, password: string): Promise<boolean> {
  const worker = new Worker(source(), { eval: true, workerData: { hash, password }, env: {}, stdin: false })
  const { promise, resolve, reject } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => reject(tooSlow()), deadlineMs)
  worker.once('message', (equal: unknown) => resolve(equal === true))
  worker.once('error', reject)
  worker.once('exit', () => reject(new Error('The thread that checks a bcrypt hash ended without an answer.')))
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}

let text: string | undefined
function source(): string {
  text ??= `const bcrypt = { exports: {} };
(function (module, exports) {
${asset(bcryptKey).toString('utf8')}
})(bcrypt, bcrypt.exports);
const { parentPort, workerData } = require('node:worker_threads');
parentPort.postMessage(bcrypt.exports.compareSync(workerData.password, workerData.hash));`
  return text
}

function tooSlow(): PublicError {
  return new PublicError('sign-in-busy', 'Checking the password took too long.', {
    status: 503,
    hint: 'Try again in a moment.',
  })
}
