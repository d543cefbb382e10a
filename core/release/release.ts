// A release: the program for every target, compressed too, the installer that knows it, the bill of materials, sums,
// and notes. All of it or nothing: what is not finished is not there.
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import type { Component } from '#core/build/components.ts'
import { run } from '#core/build/run.ts'
import { notesOf } from './changelog.ts'
import { cycloneDx } from './sbom.ts'

export interface ReleaseOptions {
  /** Top of the source tree, a clean checkout. */
  readonly root: string
  /** As `npm run build -- --target` names them. */
  readonly targets: readonly string[]
  /** Where the files will lie, `{version}` in it for the version; the installer fetches from there. */
  readonly url: string | undefined
  components(target: string): Promise<readonly Component[]>
  say(line: string): void
}

const manifest = z.object({ version: z.string().regex(/^\d+\.\d+\.\d+(-[\w.]+)?$/) })

/** One build, or one compression: a minute each where nothing else runs. */
const stepMs = 30 * 60_000

/** Returns the folder, `dist/release`. */
export async function release({ root, targets, url, components, say }: ReleaseOptions): Promise<string> {
  const { version } = manifest.parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')))
  if (url !== undefined && !/^https:\/\/\S+$/.test(url))
    throw new Error(`--url must be an https address, with {version} where the version goes; it is “${url}”.`)
  const changes = (await git(root, 'status', '--porcelain')).trimEnd()
  if (changes !== '')
    throw new Error(`The tree is not clean, so nobody could tell what was released. Commit or remove:\n${changes}`)
  const notes = notesOf(await readFile(join(root, 'CHANGELOG.md'), 'utf8'), version)
  const [commit = '', time = ''] = (await git(root, 'log', '-1', '--format=%H %cI')).trim().split(' ')

  const folder = join(root, 'dist/release')
  const unfinished = join(root, 'dist/.release')
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true })
  try {
    for (const target of targets) {
      say(`Building Stellar ${version} for ${target}`)
      await run(
        'npm',
        ['run', '--silent', 'build', '--', '--target', target, '--out', unfinished],
        root,
        process.env,
        stepMs,
      )
    }
    const programs = (await readdir(unfinished)).toSorted()
    for (const target of targets) {
      if (!programs.some((name) => name.replace(/\.exe$/, '') === `stellar-${target}`))
        throw new Error(`The build left no stellar-${target}; it left: ${programs.join(', ') || 'nothing'}.`)
    }
    for (const program of programs) {
      say(`Compressing ${program}`)
      // One thread: the same bytes on every machine.
      await run('xz', ['--keep', '-9', '--threads=1', program], unfinished, process.env, stepMs)
    }
    await writeFile(join(unfinished, 'install.sh'), await installer(root, version, url))
    await chmod(join(unfinished, 'install.sh'), 0o755)
    const parts = await everyPart(targets, components)
    await writeFile(
      join(unfinished, `stellar-${version}.cdx.json`),
      cycloneDx({ version, time, commit, components: parts }),
    )
    await writeFile(join(unfinished, 'SHA256SUMS'), await sums(unfinished))
    await writeFile(join(unfinished, 'notes.md'), `${notes}\n`)
    await rm(folder, { recursive: true, force: true })
    await rename(unfinished, folder)
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
  return folder
}

/** Its two empty lines filled in. */
async function installer(root: string, version: string, url: string | undefined): Promise<string> {
  const script = await readFile(join(root, 'core/install/install.sh'), 'utf8')
  const stamped = script
    .replace("release_version=''", `release_version='${version}'`)
    .replace("release_url=''", `release_url='${(url ?? '').replaceAll("'", '%27')}'`)
  if (!stamped.includes(`release_version='${version}'`)) throw new Error('install.sh has no place for the version.')
  return stamped
}

async function everyPart(
  targets: readonly string[],
  components: ReleaseOptions['components'],
): Promise<readonly Component[]> {
  const all = new Map<string, Component>()
  for (const target of targets) for (const part of await components(target)) all.set(part.purl, part)
  return [...all.values()]
}

/** As `sha256sum --check` reads it. */
async function sums(folder: string): Promise<string> {
  const lines: string[] = []
  for (const name of (await readdir(folder)).toSorted()) {
    const hash = createHash('sha256')
    await pipeline(createReadStream(join(folder, name)), hash)
    lines.push(`${hash.digest('hex')}  ${name}\n`)
  }
  return lines.join('')
}

async function git(root: string, ...args: readonly string[]): Promise<string> {
  if (!existsSync(join(root, '.git')))
    throw new Error(`${root} is no checkout of git, so nobody could tell what was released.`)
  return await run('git', args, root)
}
