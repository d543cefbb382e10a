// One server-sent event as bytes.
const encoder = new TextEncoder()

/** Line breaks within the data become further `data:` lines, so that nothing in a name can end or forge an event. */
export function encodeEvent(id: number, data: string, name?: string): Uint8Array {
  const lines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`)
  return encoder.encode(`id: ${id}\n${name === undefined ? '' : `event: ${name}\n`}${lines.join('')}\n`)
}

/** A comment: keeps proxies from closing a silent stream. */
export const ping = encoder.encode(': ping\n\n')
