// Waits until somebody wants the program to end: Ctrl-C, a service manager, or the parent that started it.
import { PublicError } from '#core/base/errors.ts'

/** Resolves with what ended it. A second Ctrl-C does not wait for an orderly end. */
export function untilTold(options: { readonly withParent?: boolean } = {}): Promise<string> {
  return new Promise((done) => {
    let told = false
    const tell = (why: string) => {
      if (told && why === 'SIGINT') process.exit(130)
      told = true
      done(why)
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => tell(signal))
    // A parent that was killed cannot send a signal; the channel to it ends all the same.
    if (options.withParent) process.once('disconnect', () => tell('the parent process ended'))
  })
}

/** Disposes with a deadline: an end that hangs is worse than one that is cut short. */
export async function endWithin(seconds: number, resource: AsyncDisposable): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(
      () =>
        fail(
          new PublicError('slow-end', `Stellar did not end within ${seconds} seconds and was cut short.`, {
            hint: 'Game servers run on; the log says what it waited for.',
          }),
        ),
      seconds * 1000,
    )
  })
  try {
    await Promise.race([resource[Symbol.asyncDispose](), late])
  } finally {
    clearTimeout(timer)
  }
}
