// A plugin that is a folder: `plugin.ts|js|mjs`, or what its package.json names as `main`, as packages from npm have it.
import { readFile, stat } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { z } from 'zod'
import { sdkMismatch } from './sdk-version.ts'

export const extensions: readonly string[] = ['ts', 'js', 'mjs']

const manifestSchema = z.looseObject({
  main: z.string().optional(),
  stellar: z.looseObject({ sdk: z.unknown() }).optional(),
})

export interface PluginFolder {
  /** Undefined: there is no plugin in it. */
  readonly file: string | undefined
  /** Why it cannot run here, known before a line of it runs: a module that is missing in an older SDK would say less. */
  readonly mismatch: string | undefined
}

export async function readPluginFolder(path: string): Promise<PluginFolder> {
  const manifest = await readManifest(path)
  const mismatch = sdkMismatch(manifest?.stellar?.sdk)
  const named = manifest?.main === undefined ? [] : [manifest.main]
  for (const candidate of [...extensions.map((extension) => `plugin.${extension}`), ...named]) {
    const file = resolve(path, candidate)
    if (isBelow(path, file) && (await stat(file).catch(() => undefined))?.isFile()) return { file, mismatch }
  }
  return { file: undefined, mismatch }
}

async function readManifest(path: string): Promise<z.output<typeof manifestSchema> | undefined> {
  try {
    return manifestSchema.safeParse(JSON.parse(await readFile(join(path, 'package.json'), 'utf8'))).data
  } catch {
    return undefined
  }
}

function isBelow(folder: string, file: string): boolean {
  const path = relative(folder, file)
  return path !== '' && !path.startsWith('..')
}
