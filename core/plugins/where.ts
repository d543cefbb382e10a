// Says in one line why a module did not load, with file and position where the runtime knows them.
import { basename, dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { messageOf } from '#core/base/errors.ts'
import { sdkVersion } from './sdk-version.ts'

/** e.g. `wave.ts:3:9: Expected ';', got '}'`. The path is relative to the folder the plugin lies in. */
export function whereItBroke(error: unknown, file: string): string {
  const message = explained(firstLine(messageOf(error)))
  const position = positionIn(error, dirname(file))
  return position ? `${position}: ${message}` : `${basename(file)}: ${message}`
}

function positionIn(error: unknown, folder: string): string | undefined {
  if (!(error instanceof Error) || !error.stack) return undefined
  for (const prefix of [`${pathToFileURL(folder).href}/`, `${folder}/`]) {
    const start = error.stack.indexOf(prefix)
    if (start === -1) continue
    const match = /^[^\s:()]+:\d+(:\d+)?/.exec(error.stack.slice(start + prefix.length))
    if (match) return decodeURIComponent(match[0])
  }
  return undefined
}

/** A name that the SDK does not export was written for another SDK. */
function explained(message: string): string {
  if (!/stellar\/plugin.* does not provide an export/.test(message)) return message
  return `${message}; this Stellar has SDK ${sdkVersion}, and the plugin was perhaps written for another.`
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.trim() ?? ''
}
