// From a plan to a running container with somebody listening: files, image, container, attachment, start.
import type { Log } from '#core/base/log.ts'
import type { DesiredServer } from '#core/domain/plan.ts'
import type { Attachment, ImageSources, Instance, RuntimeDriver } from '#core/plugins/contributions.ts'
import type { ServerConsole } from './console.ts'
import { runRequest, userFor } from './container-request.ts'
import { prepareFiles } from './prepare.ts'

export interface BringUpOptions {
  readonly desired: DesiredServer
  readonly driver: RuntimeDriver
  readonly sources: ImageSources
  readonly data: string
  readonly console: ServerConsole
  readonly log: Log
}

/** When it throws, no container is left. */
export async function bringUp(
  { desired, driver, sources, data, console, log }: BringUpOptions,
  signal: AbortSignal,
): Promise<{ readonly instance: Instance; readonly attachment: Attachment }> {
  let attachment: Attachment | undefined
  try {
    await prepareFiles(data, desired.run, userFor(desired.run))
    await driver.pull(desired.run.image, sources, { always: false }, () => {}, signal)
    const instance = await driver.create(runRequest(desired, data), signal)
    // Before the start, or the first lines are missed.
    attachment = await instance.attach(signal)
    console.beginRun()
    console.note('Starting.')
    await instance.start(signal)
    return { instance, attachment }
  } catch (error) {
    await attachment?.[Symbol.asyncDispose]()
    try {
      await (await driver.recover(desired.id, 'run'))?.remove()
    } catch (failure) {
      log.debug('a container that was not started stays until the next start', { error: failure })
    }
    throw error
  }
}
