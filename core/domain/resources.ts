// Memory, disk and CPU: bytes and percent of one core inside, GiB, GB and % for people.

const gib = 1024 ** 3
const mib = 1024 ** 2

export interface Resources {
  readonly memoryBytes: number
  /** Percent of one core; 150 is one and a half cores. */
  readonly cpuPercent: number
  readonly diskBytes: number
}

/** Memory as people read it: `318 MiB`, `5.1 GiB`. */
export function formatMemory(bytes: number): string {
  return bytes < gib ? `${Math.round(bytes / mib)} MiB` : `${trim(bytes / gib)} GiB`
}

/** Disk and traffic as people read it, in powers of ten: `1.6 GB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`
  if (bytes < 1e6) return `${trim(bytes / 1e3)} kB`
  if (bytes < 1e9) return `${trim(bytes / 1e6)} MB`
  return `${trim(bytes / 1e9)} GB`
}

export const mebibytes = (count: number): number => Math.round(count * mib)
export const gibibytes = (count: number): number => Math.round(count * gib)
export const gigabytes = (count: number): number => Math.round(count * 1e9)

/** What the container may use beyond the server's limit: the JVM and friends need room outside their heap. */
export function memoryWithOverhead(memoryBytes: number): number {
  return memoryBytes + Math.max(mebibytes(64), Math.min(Math.round(memoryBytes * 0.1), mebibytes(512)))
}

function trim(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toFixed(1).replace(/\.0$/, '')
}
