// What a Node single executable carries: the script, its compiled code, and the files.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openPackage } from './npm-package.ts'
import { run } from './run.ts'
import { entry, stagedAssets } from './stage.ts'
import { hostTarget, type Target } from './targets.ts'

/** Node's own arguments: a young generation of 8 MB keeps memory small, and what is experimental was chosen knowingly. */
const nodeArguments: readonly string[] = ['--max-semi-space-size=8', '--disable-warning=ExperimentalWarning']

/** Paths in it are relative to the stage: where it was built leaves no trace. */
export async function makeBlob(folder: string, target: Target): Promise<Buffer> {
  const assets = (await stagedAssets(folder)).filter((key) => !key.startsWith('.'))
  const config = {
    main: entry,
    output: '.blob',
    disableExperimentalSEAWarning: true,
    // Compiled for another processor it would be refused at each start, with a warning.
    useCodeCache: target === hostTarget(),
    execArgv: nodeArguments,
    execArgvExtension: 'env',
    assets: Object.fromEntries(assets.map((key) => [key, key])),
  }
  await writeFile(join(folder, '.sea.json'), JSON.stringify(config))
  // The seed: compiled code holds hash tables, whose order would differ each time. V8 leaves it out when it compares the
  // flags that code was compiled with to those it runs with.
  await run(await blobMaker(target), ['--random-seed=1', '--experimental-sea-config', '.sea.json'], folder, {})
  return await readFile(join(folder, '.blob'))
}

async function blobMaker(target: Target): Promise<string> {
  const { root } = await openPackage(target.blobMaker)
  return join(root, 'bin/node')
}
