// A call into a plugin that failed: who, in what, and why. The cause is for the log.
import { messageOf, PublicError } from '#core/base/errors.ts'

export class PluginError extends PublicError {
  readonly plugin: string
  /** e.g. `notifier discord`. */
  readonly contribution: string

  constructor(plugin: string, contribution: string, cause: unknown) {
    super('plugin-failed', `The plugin ${plugin} failed in ${contribution}: ${messageOf(cause)}`, {
      status: 502,
      cause,
      hint: 'The log has the details; the plugins page tells which plugins run.',
    })
    this.plugin = plugin
    this.contribution = contribution
  }
}
