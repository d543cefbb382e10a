// Reads an operator's own stellar.config.ts, strictly: one sentence for what is wrong, with file and position.
import { pathToFileURL } from 'node:url'
import { PublicError } from '#core/base/errors.ts'
import { nearest } from '#core/base/nearest.ts'
import type { StellarConfig } from '#core/plugins/define-config.ts'
import { importNatively } from '#core/plugins/native-import.ts'
import { isPlugin, isPluginFactory } from '#core/plugins/plugin.ts'
import { whereItBroke } from '#core/plugins/where.ts'

/** A file that awaits something which never comes must not hold up the start. */
const importDeadlineMs = 10_000

interface Shape {
  readonly expected: string
  fits(value: unknown): boolean
}

const text: Shape = { expected: 'a text', fits: (value) => typeof value === 'string' }
const number: Shape = { expected: 'a number', fits: (value) => typeof value === 'number' }
const flag: Shape = { expected: 'true or false', fits: (value) => typeof value === 'boolean' }
const texts: Shape = { expected: 'a list of texts', fits: (value) => Array.isArray(value) && value.every(text.fits) }

const shapes: Readonly<Record<keyof StellarConfig, Shape>> = {
  plugins: {
    expected: 'a list of plugins, each called: `myPlugin()`',
    fits: (value) => Array.isArray(value) && value.every((each) => isPlugin(each) && !isPluginFactory(each)),
  },
  disable: texts,
  settings: { expected: 'an object with plugin names as keys', fits: isObject },
  host: text,
  port: number,
  linkHost: text,
  linkPort: number,
  url: text,
  trustedProxies: texts,
  apiPerMinute: number,
  databaseUrl: text,
  installDocker: flag,
  logLevel: text,
}

/** Throws PublicError `wrong-config`. */
export async function readConfig(path: string): Promise<StellarConfig> {
  let exported: unknown
  try {
    const module = await importNatively(pathToFileURL(path).href, importDeadlineMs)
    // Without `export` it is a CommonJS module, whose default is an empty object.
    exported = 'module.exports' in module ? undefined : module['default']
  } catch (error) {
    throw wrong(`The configuration ${path} cannot be read: ${whereItBroke(error, path)}`, undefined, error)
  }
  return configOf(path, exported)
}

/** What a file exported, looked through. Throws PublicError `wrong-config`. */
export function configOf(path: string, exported: unknown): StellarConfig {
  if (!isObject(exported)) {
    throw wrong(`The configuration ${path} exports none.`, 'Write: export default defineConfig({ … })')
  }
  for (const [key, value] of Object.entries(exported)) {
    const shape = Object.hasOwn(shapes, key) ? shapes[key as keyof StellarConfig] : undefined
    if (!shape) throw unknownKey(path, key)
    if (value !== undefined && !shape.fits(value)) {
      // What came is not shown: it may be a password that went into the wrong place.
      throw wrong(`${key} in ${path} must be ${shape.expected}; it is ${kindOf(value)}.`)
    }
  }
  return exported
}

function unknownKey(path: string, key: string): PublicError {
  const known = Object.keys(shapes)
  const meant = nearest(key, known)
  return wrong(
    `The configuration ${path} has no “${key}”.`,
    meant === undefined ? `It may have ${known.join(', ')}.` : `Did you mean “${meant}”?`,
  )
}

function wrong(sentence: string, hint?: string, cause?: unknown): PublicError {
  return new PublicError('wrong-config', sentence, { ...(hint && { hint }), cause })
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list with something else' : `a ${typeof value}`
}
