// The scripts, laid out beside what V8 makes of them. Compiled for another processor it would be refused at each start.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bundle } from './bundle.ts'
import { openBlobMaker } from './npm-package.ts'
import { run } from './run.ts'
import { compiledKey, parameters, scriptKey, scripts } from './scripts.ts'
import { hostTarget, type Target } from './targets.ts'

/** Runs in the very Node that the program will run on: a script, and where to write. */
const compile = `
const { readFileSync, writeFileSync } = require('node:fs')
const { compileFunction } = require('node:vm')
const [script, target] = process.argv.slice(1)
const { cachedData } = compileFunction(readFileSync(script, 'latin1'), ${JSON.stringify(parameters)}, { produceCachedData: true })
writeFileSync(target, cachedData)
`

export async function layScripts(folder: string, target: Target, code: Bundle['scripts']): Promise<void> {
  for (const script of scripts) await writeFile(join(folder, scriptKey(script)), code[script])
  if (target !== hostTarget()) return
  const program = await openBlobMaker(target)
  for (const script of scripts) {
    // The seed: compiled code holds hash tables, whose order would differ each time. V8 leaves it out when it compares
    // the flags that code was compiled with to those it runs with.
    await run(program, ['--random-seed=1', '--eval', compile, scriptKey(script), compiledKey(script)], folder, {})
  }
}
