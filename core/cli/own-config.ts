// The operator's stellar.config.ts is code. Where another account could change it, root has it read in a process of
// that account and takes the values alone: whoever runs the panel does not become root by `sudo stellar backup`.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname } from 'node:path'
import { z } from 'zod'
import { messageOf, PublicError } from '#core/base/errors.ts'
import { type Account, otherOwnerOf } from '#core/base/owner.ts'
import { ownCommand } from '#core/base/single-file.ts'
import { configOf, readConfig } from '#core/config/read-config.ts'
import type { StellarConfig } from '#core/plugins/define-config.ts'
import { tellParent } from './tell-parent.ts'
import { withoutSecrets } from './without-secrets.ts'

const deadlineMs = 30_000

const answerSchema = z.union([
  z.object({ values: z.record(z.string(), z.unknown()) }),
  z.object({ refused: z.string(), hint: z.string().optional() }),
])
type Answer = z.output<typeof answerSchema>

/** Without its plugins where it is another account’s. */
export async function readOwnConfig(
  file: string,
  env: NodeJS.ProcessEnv,
  account: Account | undefined = otherOwnerOf(dirname(file), file),
): Promise<StellarConfig> {
  if (!account) return await readConfig(file)
  const [program, args] = ownCommand(['config', 'read', file])
  const child = spawn(program, args, {
    ...account,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: withoutSecrets(env),
    timeout: deadlineMs,
    killSignal: 'SIGKILL',
  })
  let answer: Answer | undefined
  let failure = 'it ended the program'
  child.once('error', (error) => {
    failure = messageOf(error)
  })
  child.once('message', (message) => {
    answer = answerSchema.safeParse(message).data
    child.kill('SIGKILL') // whatever the file left running
  })
  await once(child, 'close')
  if (answer && 'values' in answer) return configOf(file, answer.values)
  const { refused, hint } = answer ?? { refused: `The configuration ${file} cannot be read: ${failure}.` }
  throw new PublicError('wrong-config', refused, hint === undefined ? {} : { hint })
}

/** `stellar config read`, in the child. */
export async function tellOwnConfig([file = '']: readonly string[]): Promise<number> {
  const answer = await readConfig(file).then(
    (own): Answer => ({ values: { ...own, plugins: undefined } }),
    (error: unknown): Answer => ({
      refused: messageOf(error),
      hint: error instanceof PublicError ? error.hint : undefined,
    }),
  )
  await tellParent(answer)
  return 0
}
