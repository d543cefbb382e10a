// Installing a server: pull the image, run the install script, finish. What goes wrong leaves nothing half-made.
import { setTimeout as delay } from 'node:timers/promises'
import { messageOf, PublicError } from '#core/base/errors.ts'
import type { DesiredServer } from '#core/domain/plan.ts'
import type { Report } from '#core/node/context.ts'
import { openBeneath } from '#core/node/files/beneath.ts'
import type { ImageSources, InstanceExit, RuntimeDriver } from '#core/plugins/contributions.ts'
import type { InstallProgress } from '#core/protocol/messages.ts'
import type { ServerConsole } from './console.ts'
import { installRequest, userFor } from './container-request.ts'
import { giveTo } from './prepare.ts'

export interface InstallOptions {
  readonly server: DesiredServer
  readonly driver: RuntimeDriver
  readonly sources: ImageSources
  readonly data: string
  readonly console: ServerConsole
  readonly report: Report
  /** Earlier installations went well: the files stay, whatever happens now. */
  readonly hasFiles: boolean
}

type Step = InstallProgress['steps'][number]['name']

/** Linux refuses a longer single argument. */
const mostScriptBytes = 128 * 1024 - 1

/** Throws PublicError with what went wrong; the signal's reason when it was called off. */
export async function install(options: InstallOptions, signal: AbortSignal): Promise<void> {
  const { server, driver, sources, data, console } = options
  const { script } = server.install
  const progress = progressOf(options, script ? ['pull', 'pull-installer', 'script', 'finish'] : ['pull', 'finish'])
  // A first installation takes what is there; another one is how people get the newest image.
  const always = server.install.request > 1
  const pull = (image: string) =>
    driver.pull(image, sources, { always }, ({ layers }) => progress.layers(layers), signal)
  try {
    console.note(`Installing: pulling ${server.run.image}.`)
    await progress.step('pull', () => pull(server.run.image))
    if (script) {
      await progress.step('pull-installer', () => pull(script.image))
      console.note('Installing: running the install script.')
      await progress.step('script', () => runScript(options, script, signal))
    }
    await progress.step('finish', async () => {
      await giveTo(data, userFor(server.run))
      await driver.recover(server.id, 'install').then((instance) => instance?.remove())
    })
    console.note('Installed.')
  } catch (error) {
    await cleanUp(options)
    signal.throwIfAborted()
    throw error
  }
}

async function runScript(
  { server, driver, data, console }: InstallOptions,
  script: NonNullable<DesiredServer['install']['script']>,
  signal: AbortSignal,
): Promise<void> {
  if (Buffer.byteLength(script.script) > mostScriptBytes) {
    throw new PublicError('install-script-too-long', 'The install script is longer than 128 kB.')
  }
  await giveTo(data, userFor(server.run))
  const instance = await driver.create(installRequest(server, script, data), signal)
  await using attachment = await instance.attach(signal)
  const reading = (async () => {
    for await (const chunk of attachment.output) console.take(chunk)
  })()
  console.beginRun()
  await instance.start(signal)
  const exit = await inTime(instance.exited(signal), script.timeoutSeconds, signal)
  if (!exit) {
    await instance.kill()
    throw new PublicError('install-timeout', `The install script did not end within ${script.timeoutSeconds} seconds.`)
  }
  await Promise.race([reading, delay(2000)])
  await console.settled()
  if (exit.outOfMemory) throw new PublicError('install-failed', 'The install script ran out of memory.')
  if (exit.code !== 0) throw new PublicError('install-failed', `The install script ended with exit code ${exit.code}.`)
}

async function inTime(
  exited: Promise<InstanceExit>,
  seconds: number,
  signal: AbortSignal,
): Promise<InstanceExit | undefined> {
  const done = new AbortController()
  const timeout = delay(seconds * 1000, undefined, { signal: AbortSignal.any([done.signal, signal]) })
  return Promise.race([exited, timeout]).finally(() => done.abort())
}

/** The container goes; the files only if no installation ever went well. */
async function cleanUp({ server, driver, data, console, hasFiles }: InstallOptions): Promise<void> {
  try {
    await driver.recover(server.id, 'install').then((instance) => instance?.remove())
    if (hasFiles) return
    await using files = await openBeneath(data)
    await files.empty()
  } catch (error) {
    console.note(`Cleaning up after the installation failed: ${messageOf(error)}`)
  }
}

/** What the panel shows while it goes on; the latest value counts. */
function progressOf({ server, report }: InstallOptions, names: readonly Step[]) {
  const steps = new Map(
    names.map((name): [Step, InstallProgress['steps'][number]] => [name, { name, state: 'waiting' }]),
  )
  let layers: InstallProgress['layers'] = []
  const send = () =>
    report.progress({ serverId: server.id, request: server.install.request, steps: [...steps.values()], layers })
  return {
    layers(now: readonly InstallProgress['layers'][number][]) {
      layers = [...now].slice(0, 200)
      send()
    },
    async step(name: Step, run: () => Promise<void>): Promise<void> {
      const startedAt = new Date().toISOString()
      steps.set(name, { name, state: 'running', startedAt })
      if (name === 'pull-installer') layers = []
      send()
      let state: 'done' | 'failed' = 'failed'
      try {
        await run()
        state = 'done'
      } finally {
        steps.set(name, { name, state, startedAt, endedAt: new Date().toISOString() })
        send()
      }
    },
  }
}
