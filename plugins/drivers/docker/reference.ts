// Image references: their full form, and what mirrors make of them.
import type { ImageMirror, RegistryLogin } from 'stellar/plugin'

export interface ImageReference {
  /** Host and port; `docker.io` for Docker Hub. */
  readonly registry: string
  /** With `library/` for Docker Hub's own. */
  readonly repository: string
  /** `:tag` or `@sha256:…`. */
  readonly suffix: string
}

/** Fills in what Docker assumes: the registry, `library/` and `:latest`. */
export function parseReference(image: string): ImageReference {
  const digestAt = image.indexOf('@')
  const named = digestAt < 0 ? image : image.slice(0, digestAt)
  const slash = named.lastIndexOf('/')
  const colon = named.indexOf(':', slash + 1)
  const path = colon < 0 ? named : named.slice(0, colon)
  const suffix = digestAt >= 0 ? image.slice(digestAt) : colon < 0 ? ':latest' : named.slice(colon)
  const first = path.slice(0, Math.max(path.indexOf('/'), 0))
  // Docker's own rule: what comes before the first slash is a host when it holds a dot or a colon, or is `localhost`.
  if (first.includes('.') || first.includes(':') || first === 'localhost') {
    return { registry: first, repository: path.slice(first.length + 1), suffix }
  }
  return { registry: 'docker.io', repository: path.includes('/') ? path : `library/${path}`, suffix }
}

export function fullName({ registry, repository, suffix }: ImageReference): string {
  return `${registry}/${repository}${suffix}`
}

/** Where to pull from: the mirror with the longest matching prefix, or the image's own address. */
export function mirrored(image: string, mirrors: readonly ImageMirror[]): string {
  const full = fullName(parseReference(image))
  let best: ImageMirror | undefined
  for (const mirror of mirrors) {
    if (mirror.from !== '' && full.startsWith(mirror.from) && mirror.from.length > (best?.from.length ?? 0))
      best = mirror
  }
  return best ? best.to + full.slice(best.from.length) : full
}

export function loginFor(image: string, logins: readonly RegistryLogin[]): RegistryLogin | undefined {
  const { registry } = parseReference(image)
  return logins.find((login) => (login.registry === 'index.docker.io' ? 'docker.io' : login.registry) === registry)
}
