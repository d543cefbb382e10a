// The checked alternative packager: `@yao-pkg/pkg --sea` with the same stage. It would fetch a Node of its own from
// elsewhere; it finds ours where it keeps what it has fetched.
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { openPackage } from './npm-package.ts'
import { run } from './run.ts'
import { entry, stagedAssets } from './stage.ts'
import { stripElf } from './strip-elf.ts'
import type { Target } from './targets.ts'

const platforms: Readonly<Record<Target['platform'], string>> = { linux: 'linux', win32: 'win', darwin: 'macos' }

export async function makeWithPkg(stage: string, target: Target, out: string): Promise<void> {
  const base = await openPackage(target.base)
  const home = join(stage, '.home')
  await seed(home, base.root, target, base.version)
  await writeFile(
    join(stage, 'package.json'),
    JSON.stringify({
      name: 'stellar',
      version: '0.0.0',
      bin: entry,
      pkg: {
        assets: (await stagedAssets(stage)).filter((key) => !key.startsWith('.')),
        seaConfig: { disableExperimentalSEAWarning: true },
      },
    }),
  )
  const program = join(dirname(createRequire(import.meta.url).resolve('@yao-pkg/pkg/package.json')), 'lib-es5/bin.js')
  const name = `node${base.version}-${platforms[target.platform]}-${target.arch}`
  await run(process.execPath, [program, '.', '--sea', '-t', name, '-o', out], stage, { ...process.env, HOME: home })
  await rm(home, { recursive: true, force: true })
}

async function seed(home: string, root: string, target: Target, version: string): Promise<void> {
  const cache = join(home, '.pkg-cache/sea')
  const name = `node-v${version}-${platforms[target.platform]}-${target.arch}`
  await mkdir(join(cache, name, 'bin'), { recursive: true })
  for (const file of [`${name}.tar.gz`, `${name}.tar.gz.ok`, `${name}/bin/node.ok`])
    await writeFile(join(cache, file), '')
  const program = join(cache, name, 'bin/node')
  if (target.platform === 'linux') {
    await writeFile(program, stripElf(await readFile(join(root, target.program))), { mode: 0o755 })
  } else await cp(join(root, target.program), program)
}
