// Calls into plugins, with a deadline that holds even when the plugin ignores its signal.
import { PublicError } from '#core/base/errors.ts'
import { PluginError } from './plugin-error.ts'

/** Runs `call` with a signal that ends with `outer` or after the deadline; then it rejects, whatever the plugin does. */
export async function within<T>(
  deadlineMs: number,
  outer: AbortSignal | undefined,
  call: (signal: AbortSignal) => T | Promise<T>,
): Promise<T> {
  const deadline = new AbortController()
  const timer = setTimeout(() => {
    deadline.abort(new DOMException(`no answer within ${deadlineMs / 1000} s`, 'TimeoutError'))
  }, deadlineMs)
  const signal = outer ? AbortSignal.any([outer, deadline.signal]) : deadline.signal
  const { promise: ended, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => reject(signal.reason)
  try {
    signal.throwIfAborted()
    signal.addEventListener('abort', onAbort, { once: true })
    return await Promise.race([call(signal), ended])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }
}

/**
 * The same contribution with its methods bounded: each gets a signal that ends after its deadline in place of the
 * caller's, and errors come out as PluginError. A PublicError is the plugin's own sentence and passes as it is.
 */
export function bound(
  value: object,
  deadlines: Readonly<Record<string, number>>,
  plugin: string,
  label: string,
): object {
  return new Proxy(value, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key, target)
      const deadlineMs = typeof key === 'string' && Object.hasOwn(deadlines, key) ? deadlines[key] : undefined
      if (typeof member !== 'function' || deadlineMs === undefined) return member
      return async (...args: unknown[]): Promise<unknown> => {
        const last = args.at(-1)
        const outer = last instanceof AbortSignal ? last : undefined
        try {
          return await within(deadlineMs, outer, (signal) =>
            Reflect.apply(member, target, outer ? [...args.slice(0, -1), signal] : args),
          )
        } catch (error) {
          throw error instanceof PublicError ? error : new PluginError(plugin, label, error)
        }
      }
    },
  })
}
