// Which ports of the node's range something on this machine holds.
import { readFileSync } from 'node:fs'

const listening = '0A'
const mostPorts = 5000

/** Lines of /proc/net/{tcp,udp}: local ports; of TCP only those that listen. */
function portsIn(text: string, protocol: 'tcp' | 'udp'): number[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , state = ''] = line.trim().split(/\s+/)
      if (protocol === 'tcp' && state !== listening) return []
      const port = Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16)
      return Number.isInteger(port) ? [port] : []
    })
}

/** In order, without what `ours` says belongs to a server of ours. */
export function portsTaken(range: { readonly from: number; readonly to: number }, ours: ReadonlySet<number>): number[] {
  const taken = new Set<number>()
  for (const file of ['tcp', 'tcp6', 'udp', 'udp6']) {
    for (const port of portsIn(read(`/proc/net/${file}`), file.startsWith('tcp') ? 'tcp' : 'udp')) {
      if (port >= range.from && port <= range.to && !ours.has(port)) taken.add(port)
    }
  }
  return [...taken].sort((a, b) => a - b).slice(0, mostPorts)
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // No IPv6, or no /proc.
    return ''
  }
}
