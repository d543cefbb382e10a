// Sets a few keys in a game's configuration file and leaves every other line as it was. Text in, text out: paths,
// links and disk are the caller's.
import { PublicError } from '#core/base/errors.ts'
import type { ConfigFile } from './blueprint.ts'
import { rewriteIni } from './config-files/ini.ts'
import { rewriteJson } from './config-files/json.ts'
import { rewriteLines } from './config-files/lines.ts'
import { rewriteProperties } from './config-files/properties.ts'
import { rewriteYaml } from './config-files/yaml.ts'

/** Larger ones are no configuration: the biggest seen in the wild is a few hundred kB. */
export const largestConfigFile = 4 * 1024 * 1024

const rewriters: Readonly<Record<ConfigFile['format'], (text: string, set: ReadonlyMap<string, string>) => string>> = {
  properties: rewriteProperties,
  ini: rewriteIni,
  json: rewriteJson,
  yaml: rewriteYaml,
  lines: rewriteLines,
}

/**
 * The text with those keys set; an empty text makes a new file. Doing it twice changes nothing more.
 * Throws PublicError `config-file` when the text is too large or is not of that format.
 */
export function rewriteConfigFile(
  format: ConfigFile['format'],
  text: string,
  set: Readonly<Record<string, string>>,
): string {
  if (text.length > largestConfigFile) {
    throw new PublicError(
      'config-file',
      `It is larger than ${largestConfigFile / 1024 / 1024} MiB, too large for a configuration file.`,
    )
  }
  if (Object.keys(set).length === 0) return text
  // Some games write a byte order mark and refuse to read their file without it.
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : ''
  return mark + rewriters[format](text.slice(mark.length), new Map(Object.entries(set)))
}
