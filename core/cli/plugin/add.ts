// `stellar plugin add` and `remove`: files into and out of `$STELLAR_DATA/plugins`.
import { existsSync } from 'node:fs'
import { lchown, lstat, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, extname, join, parse } from 'node:path'
import { nearest } from '#core/base/nearest.ts'
import { otherOwnerOf } from '#core/base/owner.ts'
import { ask } from '#core/cli/ask.ts'
import { becomeOwnerHere } from '#core/cli/become-owner.ts'
import { prepareDataFolder } from '#core/cli/data-folder.ts'
import { exits, Refused, usage } from '#core/cli/exit.ts'
import { remark, say, sayJson } from '#core/cli/output.ts'
import { loadSettings } from '#core/cli/settings.ts'
import { dataDirectoryOf } from '#core/config/find-config.ts'
import { copyPlugin, refused } from './copy.ts'
import { contributions } from './list.ts'
import { reportPlugins } from './report.ts'

interface AddValues {
  readonly replace?: boolean
  readonly json?: boolean
}

export async function addPlugin(
  [source = '']: readonly string[],
  { replace = false, json = false }: AddValues,
): Promise<number> {
  await using brought = await bring(source)
  const folder = await pluginFolder()
  await mkdir(folder, { recursive: true })
  // Beside its place, so that it moves there in one step; a name with a dot is never loaded.
  const stage = await mkdtemp(join(folder, '.adding-'))
  try {
    const copied = await copyPlugin(brought.path, stage)
    const [report] = await reportPlugins(copied)
    if (!report)
      throw refused('it holds no plugin.ts, plugin.js or plugin.mjs, and its package.json names no main file')
    if (report.state === 'failed') throw refused((report.reason ?? 'it fails').replace(/\.$/, ''))
    if (!/^[a-z][a-z0-9-]{0,60}$/.test(report.name)) throw refused(`“${report.name}” is no name for a plugin`)
    const there = await itemsOf(folder, report.name)
    if (there.length > 0 && !replace) {
      throw new Refused(exits.conflict, 'plugin-exists', `There is a plugin ${report.name} already.`, {
        hint: 'Add --replace to put this one in its place.',
      })
    }
    const isFile = (await lstat(copied)).isFile()
    const target = join(folder, isFile ? `${report.name}${extname(copied)}` : report.name)
    for (const item of there) await rename(join(folder, item), join(stage, `.old-${item}`))
    await rename(copied, target)
    if (json) sayJson({ ...report, source: target })
    else
      say(
        `Added ${report.name}${report.version === undefined ? '' : ` ${report.version}`} (${contributions(report)}) to ${folder}.`,
      )
    if (report.state === 'unset')
      remark(`It needs settings in stellar.config.ts, under settings.${report.name}. ${report.reason}`)
    if (!json) say('Panel and node open it at their next start.')
    return 0
  } finally {
    await rm(stage, { recursive: true, force: true })
  }
}

/** What root alone may read is copied to where the panel's account reads it; from then on this is that account. */
async function bring(source: string): Promise<AsyncDisposable & { readonly path: string }> {
  await using stack = new AsyncDisposableStack()
  const account = otherOwnerOf(dataDirectoryOf(process.env, process.cwd()))
  let path = source
  if (account) {
    const folder = await mkdtemp(join(tmpdir(), 'stellar-plugin-'))
    stack.defer(() => rm(folder, { recursive: true, force: true }))
    path = await copyPlugin(source, folder)
    for (const item of await readdir(folder, { recursive: true }))
      await lchown(join(folder, item), account.uid, account.gid)
    await lchown(folder, account.uid, account.gid)
    becomeOwnerHere()
  }
  const kept = stack.move()
  return { path, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

export async function removePlugin(
  [name = '']: readonly string[],
  { yes = false }: { readonly yes?: boolean },
): Promise<number> {
  becomeOwnerHere()
  const folder = await pluginFolder()
  const there = await itemsOf(folder, name)
  if (there.length === 0) {
    const names = (await itemsOf(folder)).map((item) => nameOf(item))
    const meant = nearest(name, names)
    throw new Refused(exits.notFound, 'plugin-not-found', `There is no plugin “${name}” in ${folder}.`, {
      hint: meant
        ? `Did you mean ${meant}?`
        : 'What comes along with Stellar is switched off in stellar.config.ts: `disable`.',
    })
  }
  if (!yes) {
    const answer = await ask(`Remove ${there.map((item) => join(folder, item)).join(' and ')}? [y/N] `)
    if (answer === undefined) throw usage('Nobody can be asked here whether to remove it.', 'Add --yes.')
    if (!/^y(es)?$/i.test(answer)) throw new Refused(exits.failed, 'not-confirmed', 'Nothing was removed.')
  }
  // A link goes, what it points to stays.
  for (const item of there) await rm(join(folder, item), { recursive: true })
  say(`Removed ${name}. A panel or node that runs has it until its next start; servers made from its blueprints stay.`)
  return 0
}

async function pluginFolder(): Promise<string> {
  const { environment } = await loadSettings()
  prepareDataFolder(environment.dataDirectory)
  return join(environment.dataDirectory, 'plugins')
}

const nameOf = (item: string): string => (/\.(ts|js|mjs)$/.test(item) ? parse(item).name : basename(item))

/** Files and folders that are plugins by their name; of one name, or of all. */
async function itemsOf(folder: string, name?: string): Promise<string[]> {
  if (!existsSync(folder)) return []
  const items = await readdir(folder)
  return items.filter((item) => !item.startsWith('.') && (name === undefined || nameOf(item) === name))
}
