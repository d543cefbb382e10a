// How much a request may bring. The largest form of ours, a server with every variable filled in, stays below it.
import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { PublicError } from '#core/base/errors.ts'
import { discardBody } from './discard-body.ts'
import type { AppContext, AppEnv } from './types.ts'

const largestBodyBytes = 256 * 1024

export function limitedBody(): MiddlewareHandler<AppEnv> {
  return bodyLimit({
    maxSize: largestBodyBytes,
    onError: async ({ env }: AppContext) => {
      if (env?.incoming) await discardBody(env.incoming)
      throw new PublicError('body-too-large', `A request may bring at most ${largestBodyBytes / 1024} KiB.`, {
        status: 413,
      })
    },
  })
}
