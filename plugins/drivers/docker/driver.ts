// The runtime driver for Docker: what a node asks for, in the engine's words.
import { type Log, PublicError, type RuntimeDriver } from 'stellar/plugin'
import { containerName, containerOptions } from './container.ts'
import { call, deadlines, found, labels, openEngine, sentenceOf, statusOf } from './engine.ts'
import { hostFirewall } from './firewall.ts'
import { checkHealth } from './health.ts'
import { findImage, pullImage } from './images.ts'
import { instance } from './instance.ts'
import { defaultSocketPath, thisMachine } from './machine.ts'
import { networkMaker, removeNetwork } from './network.ts'
import { openFilesLimit } from './open-files.ts'
import { watchEngine } from './watch.ts'

export interface DockerDriverOptions {
  readonly socketPath?: string | undefined
  readonly addressPool?: string | undefined
  readonly log: Log
}

export function dockerDriver({ socketPath = defaultSocketPath, addressPool, log }: DockerDriverOptions): RuntimeDriver {
  const engine = openEngine(socketPath)
  const ensureNetwork = networkMaker(engine, addressPool)
  const firewall = hostFirewall()
  let watching = false
  const ofServer = (serverId: string, purpose?: string) =>
    call('list containers', deadlines.read, (abortSignal) =>
      engine.listContainers({
        all: true,
        filters: { label: [`${labels.server}=${serverId}`, ...(purpose ? [`${labels.purpose}=${purpose}`] : [])] },
        abortSignal,
      }),
    )

  return {
    id: 'docker',

    async health(signal) {
      const health = await checkHealth(engine, socketPath, thisMachine(), firewall.warnings(), signal)
      // Also when nothing is being started: somebody may have flushed the tables under running servers. Only for a node
      // that runs them: whoever merely asks, as `stellar doctor` does, changes nothing.
      if (health.healthy && watching) void firewall.ensure()
      return health
    },

    pull: (image, sources, options, onProgress, signal) =>
      pullImage(engine, image, sources, options, onProgress, signal),

    async create(request, signal) {
      const image = await findImage(engine, request.image, signal)
      if (!image)
        throw new PublicError('image-missing', `The image ${request.image} is not on this node.`, {
          status: 409,
          hint: 'Pull it first, for instance by installing the server again.',
        })
      const name = containerName(request)
      await found(
        call(
          'remove a container',
          deadlines.change,
          () => engine.getContainer(name).remove({ force: true, v: true }),
          signal,
        ),
      )
      const network = await ensureNetwork(request.serverId)
      await firewall.ensure()
      try {
        const created = await call(
          'make a container',
          deadlines.change,
          () =>
            engine.createContainer(
              containerOptions(request, { image: image.id, network, openFiles: openFilesLimit() }),
            ),
          signal,
        )
        return instance(engine, created.id, request.tty)
      } catch (error) {
        if (statusOf(error) === undefined) throw error
        throw new PublicError('create-failed', `Docker could not make the container: ${sentenceOf(error)}`, {
          status: 502,
          cause: error,
        })
      }
    },

    async recover(serverId, purpose) {
      const [listed] = await ofServer(serverId, purpose)
      if (!listed) return undefined
      const info = await found(
        call('describe a container', deadlines.read, (abortSignal) =>
          engine.getContainer(listed.Id).inspect({ abortSignal }),
        ),
      )
      return info && instance(engine, listed.Id, info.Config.Tty)
    },

    async servers() {
      const filters = { label: [labels.node] }
      const [containers, networks] = await call('list containers', deadlines.read, (abortSignal) =>
        Promise.all([engine.listContainers({ all: true, filters, abortSignal }), engine.listNetworks({ filters })]),
      )
      const ids = [...containers, ...networks].flatMap(({ Labels }) => Labels?.[labels.server] ?? [])
      return [...new Set(ids)]
    },

    async purge(serverId) {
      for (const { Id } of await ofServer(serverId)) {
        await found(
          call('remove a container', deadlines.change, () => engine.getContainer(Id).remove({ force: true, v: true })),
        )
      }
      await removeNetwork(engine, serverId)
    },

    watch(onChange, signal) {
      watching = true
      const told = (serverId: string | undefined) => {
        // A restart of the engine writes its tables anew.
        if (serverId === undefined) void firewall.ensure(true)
        onChange(serverId)
      }
      void watchEngine(engine, told, log, signal)
    },
  }
}
