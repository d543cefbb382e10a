// One server-sent event as bytes.
const encoder = new TextEncoder()

/** Line breaks within the data become further `data:` lines, so that nothing in a name can end or forge an event. */
export function encodeEvent(id: number, data: string, name?: string): Uint8Array {
  const lines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`)
  return encoder.encode(`id: ${id}\n${name === undefined ? '' : `event: ${name}\n`}${lines.join('')}\n`)
}

/** Named, so that it reaches the page's script (static/js/stream.js); any bytes keep proxies from closing the stream. */
export const ping = encoder.encode('event: ping\ndata: ok\n\n')
