// Images: which are here, and fetching those that are not, with progress by layer.
import { type ImageSources, PublicError, type PullProgress } from 'stellar/plugin'
import { call, deadlines, type Engine, found, sentenceOf } from './engine.ts'
import { fullName, loginFor, mirrored, parseReference } from './reference.ts'

interface LocalImage {
  readonly id: string
  /** `repository@sha256:…` of every registry it came from or went to. */
  readonly digests: readonly string[]
}

/** A pull may take long on a slow line, but not without a sign of life. */
const silenceMs = 120_000

/** The image as it is here, also one that a mirror brought under another name. */
export async function findImage(engine: Engine, image: string, signal?: AbortSignal): Promise<LocalImage | undefined> {
  const inspected = await found(
    call('look an image up', deadlines.read, () => engine.getImage(image).inspect(), signal),
  )
  if (inspected) return { id: inspected.Id, digests: inspected.RepoDigests ?? [] }
  const { suffix } = parseReference(image)
  if (!suffix.startsWith('@')) return undefined
  const all = await call('list images', deadlines.read, () => engine.listImages({ digests: true }), signal)
  const match = all.find((each) => each.RepoDigests?.some((digest) => digest.endsWith(suffix)))
  return match && { id: match.Id, digests: match.RepoDigests ?? [] }
}

export async function pullImage(
  engine: Engine,
  image: string,
  sources: ImageSources,
  options: { readonly always: boolean },
  onProgress: (progress: PullProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  const local = await findImage(engine, image, signal)
  const source = mirrored(image, sources.mirrors)
  if (local && (!options.always || !cameFrom(local, source))) return
  try {
    await pull(engine, image, source, sources, onProgress, signal)
  } catch (error) {
    signal.throwIfAborted()
    // The registry is away, but the image is here: an older one is better than none.
    if (local) return
    throw explained(error, image, source)
  }
}

/** False for an image that was built or loaded here: no registry knows it under this name, so there is nothing to ask. */
function cameFrom(local: LocalImage, source: string): boolean {
  const { registry, repository, suffix } = parseReference(source)
  if (suffix.startsWith('@')) return false
  return local.digests.some((digest) => {
    const each = parseReference(digest)
    return each.registry === registry && each.repository === repository
  })
}

async function pull(
  engine: Engine,
  image: string,
  source: string,
  sources: ImageSources,
  onProgress: (progress: PullProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  const login = loginFor(source, sources.logins)
  const authconfig = login && { username: login.username, password: login.password, serveraddress: login.registry }
  const layers = new Layers()
  const silence = new AbortController()
  const watchdog = setTimeout(() => silence.abort(new Error('the registry sent nothing for two minutes')), silenceMs)
  const ended = AbortSignal.any([signal, silence.signal])
  try {
    const stream = await engine.pull(source, { abortSignal: ended, ...(authconfig && { authconfig }) })
    const stop = () => 'destroy' in stream && typeof stream.destroy === 'function' && stream.destroy()
    ended.addEventListener('abort', stop, { once: true })
    let told = 0
    let pending = ''
    try {
      for await (const chunk of stream) {
        watchdog.refresh()
        pending += chunk.toString()
        const lines = pending.split('\n')
        pending = lines.pop() ?? ''
        for (const line of lines) layers.read(line)
        // Four times a second is as much as anybody can look at.
        if (Date.now() - told < 250) continue
        told = Date.now()
        onProgress(layers.progress(image))
      }
    } finally {
      ended.removeEventListener('abort', stop)
    }
    ended.throwIfAborted()
    layers.read(pending)
    onProgress(layers.progress(image))
  } finally {
    clearTimeout(watchdog)
  }
  const original = parseReference(image)
  if (source === fullName(original) || original.suffix.startsWith('@')) return
  const tag = { repo: `${original.registry}/${original.repository}`, tag: original.suffix.slice(1) }
  await call('name an image', deadlines.read, () => engine.getImage(source).tag(tag), signal)
}

type Layer = PullProgress['layers'][number]

const statuses: Readonly<Record<string, Layer['status']>> = {
  'Pulling fs layer': 'waiting',
  Waiting: 'waiting',
  Downloading: 'downloading',
  'Verifying Checksum': 'downloading',
  'Download complete': 'downloading',
  Extracting: 'unpacking',
  'Pull complete': 'done',
  'Already exists': 'done',
}

/** What the engine's progress messages add up to. */
class Layers {
  readonly #layers = new Map<string, Layer>()

  /** One line of the engine's answer; throws when it reports an error. */
  read(line: string): void {
    if (line.trim() === '') return
    const message = parse(line)
    if (typeof message['error'] === 'string') throw new Error(message['error'])
    const id = message['id']
    const status = statuses[String(message['status'])]
    if (typeof id !== 'string' || status === undefined || this.#layers.size >= 200) return
    const before = this.#layers.get(id)
    const detail = typeof message['progressDetail'] === 'object' ? (message['progressDetail'] ?? {}) : {}
    const total = 'total' in detail && typeof detail.total === 'number' ? detail.total : (before?.total ?? 0)
    const current = 'current' in detail && typeof detail.current === 'number' ? detail.current : 0
    const complete = status === 'done' || message['status'] === 'Download complete'
    this.#layers.set(id, { id, status, total, current: complete ? total : current })
  }

  progress(image: string): PullProgress {
    return { image, layers: [...this.#layers.values()] }
  }
}

function parse(line: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(line)
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function explained(error: unknown, image: string, source: string): PublicError {
  const sentence = sentenceOf(error)
  const from = source === fullName(parseReference(image)) ? '' : ` from ${source}`
  const hint = /denied|unauthorized|authentication|basic auth/i.test(sentence)
    ? 'If the registry wants a sign-in, add it under the node’s settings.'
    : /not found|manifest unknown/i.test(sentence)
      ? 'Check the image’s name and tag.'
      : 'Check this node’s way to the registry, or set a mirror under the node’s settings.'
  return new PublicError(
    'image-pull-failed',
    `The image ${image} could not be pulled${from}: ${sentence.replace(/[^.!?…]$/, '$&.')}`,
    {
      status: 502,
      hint,
      cause: error,
    },
  )
}
