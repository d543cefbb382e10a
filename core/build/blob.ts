// What a Node single executable carries: the script that it starts from, and the files.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openBlobMaker } from './npm-package.ts'
import { run } from './run.ts'
import { entry, stagedAssets } from './stage.ts'
import type { Target } from './targets.ts'

/** Node's own arguments: a young generation of 8 MB keeps memory small, and what is experimental was chosen knowingly. */
const nodeArguments: readonly string[] = ['--max-semi-space-size=8', '--disable-warning=ExperimentalWarning']

/** Paths in it are relative to the stage: where it was built leaves no trace. */
export async function makeBlob(folder: string, target: Target): Promise<Buffer> {
  const assets = (await stagedAssets(folder)).filter((key) => !key.startsWith('.'))
  const config = {
    main: entry,
    output: '.blob',
    disableExperimentalSEAWarning: true,
    // The start is a few lines; what it loads brings compiled code of its own.
    useCodeCache: false,
    execArgv: nodeArguments,
    execArgvExtension: 'env',
    assets: Object.fromEntries(assets.map((key) => [key, key])),
  }
  await writeFile(join(folder, '.sea.json'), JSON.stringify(config))
  await run(await openBlobMaker(target), ['--experimental-sea-config', '.sea.json'], folder, {})
  return await readFile(join(folder, '.blob'))
}
