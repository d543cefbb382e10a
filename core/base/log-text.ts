// The log for a person at a terminal: time, level, sentence, then the fields; the same lines that are JSON elsewhere.
import { Writable } from 'node:stream'

/** Writes each JSON line it is given to `destination` as text. */
export function textLog(destination: NodeJS.WritableStream): NodeJS.WritableStream {
  return new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      for (const line of String(chunk).split('\n')) if (line !== '') destination.write(`${asText(line)}\n`)
      done()
    },
  })
}

/** A line that is no JSON object stays as it is. */
export function asText(line: string): string {
  let entry: Record<string, unknown>
  try {
    entry = JSON.parse(line) as Record<string, unknown>
  } catch {
    return line
  }
  const { time, level, msg, error, ...fields } = entry
  const clock = typeof time === 'string' ? time.slice(11, 19) : ''
  const rest = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? printable(value) : JSON.stringify(value)}`,
  )
  return [clock, String(level).padEnd(5), printable(String(msg)), ...rest, ...described(error)].join(' ')
}

function described(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return []
  const { stack, message } = error as { stack?: unknown; message?: unknown }
  const text = [stack, message].find((part) => typeof part === 'string') ?? JSON.stringify(error)
  return [`\n  ${text.replaceAll('\n', '\n  ')}`]
}

/** Names and addresses come from outside: no control character of theirs reaches the terminal. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd')
}
