// `stellar plugin new`: a plugin to begin with, that passes its own tests.
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findAsset } from '#core/base/asset.ts'
import { singleFile } from '#core/base/single-file.ts'
import { exits, Refused, usage } from '#core/cli/exit.ts'
import { remark, say } from '#core/cli/output.ts'
import { pluginFiles } from './template.ts'
import { typesKey } from './types-key.ts'

export async function newPlugin([name = '']: readonly string[], { into }: { readonly into?: string }): Promise<number> {
  if (!/^[a-z][a-z0-9-]{1,40}$/.test(name)) {
    throw usage(`“${name}” is no name for a plugin.`, 'Take lower-case letters, digits and dashes, e.g. my-game.')
  }
  const folder = resolve(into ?? name)
  if (existsSync(folder)) {
    throw new Refused(exits.conflict, 'exists', `There is something at ${folder} already.`, {
      hint: 'Name another folder with --into.',
    })
  }
  const types = await sdkTypes()
  if (types === undefined) remark('Without types for an editor: they need the compiler, which `npm install` brings.')
  for (const [path, text] of Object.entries(pluginFiles(name, types))) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text, { flag: 'wx' })
  }
  say(`Made ${folder}. Try \`stellar plugin test ${folder}\`, then change it into your own; README.md tells how.`)
  return 0
}

async function sdkTypes(): Promise<string | undefined> {
  if (singleFile) return findAsset(typesKey)?.toString()
  return (await import('./sdk-types.ts')).makeTypes(fileURLToPath(new URL('../../../', import.meta.url)))
}
