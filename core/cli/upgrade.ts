// `stellar upgrade`: a newer program in the place of this one, with the database copied first and a way back.
import { once } from 'node:events'
import { readdir, realpath, rm, stat } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import config from '#config'
import { PublicError } from '#core/base/errors.ts'
import { type Account, otherOwnerOf } from '#core/base/owner.ts'
import { singleFile } from '#core/base/single-file.ts'
import { loadConfig } from '#core/config/load-config.ts'
import { run } from '#core/upgrade/child.ts'
import { obtain } from '#core/upgrade/obtain.ts'
import { compareVersions, lockProgram, previousOf, versionOf } from '#core/upgrade/program.ts'
import { findIdle, findServices, type Service } from '#core/upgrade/services.ts'
import { copiesOf, goBack, type InstalledPanel, upgrade as perform } from '#core/upgrade/upgrade.ts'
import { readSecretKey } from './backup.ts'
import { usage } from './exit.ts'
import { say } from './output.ts'
import { readOwnConfig } from './own-config.ts'
import { askReady, readyAddress } from './ready.ts'

const readWithinMs = 10_000

export interface UpgradeValues {
  readonly sha256?: string
  readonly wait?: string
  readonly program?: string
  readonly back?: boolean
}

export async function upgrade({
  args,
  values,
}: {
  readonly args: readonly string[]
  readonly values: UpgradeValues
}): Promise<number> {
  const [source] = args
  const waitSeconds = secondsOf(values.wait ?? '120')
  if (values.back ? source !== undefined : source === undefined) {
    throw usage(
      '`stellar upgrade` takes a release (a folder or https address), or --back.',
      'See `stellar help upgrade`.',
    )
  }
  const program = await programOf(values.program)
  await using _lock = await lockProgram(program)
  const services = inOrder(await findServices(program))
  await refuseIdle(await findIdle(program, services))
  const panel = await findPanel(services.find(({ mode }) => mode !== 'node'))
  await refuseRunningByHand(services, panel)
  if (!panel && !services.some(({ mode }) => mode === 'node')) {
    say('There is no panel’s data here (stellar config show tells where “here” is): only the program is replaced.')
  }
  const common = { program, services, panel: panel && (await withPort(panel)), waitSeconds, say }
  return values.back ? await back(common) : await forward(common, String(source), values.sha256)
}

type Common = Omit<Parameters<typeof perform>[0], 'from' | 'to'>

async function forward(common: Common, source: string, sha256: string | undefined): Promise<number> {
  const { program } = common
  const staged = await obtain({ source, sha256, program })
  await using stack = new AsyncDisposableStack()
  // Gone from there once it is in place.
  stack.defer(() => rm(staged, { force: true }))
  const [from, to] = [await versionOf(program), await versionOf(staged)]
  const difference = compareVersions(to, from)
  if (difference === 0) {
    say(`Stellar ${from} is installed already.`)
    return 0
  }
  if (difference < 0) {
    throw new PublicError('upgrade-older', `That is Stellar ${to}, older than ${from} which is installed.`, {
      hint: 'An older program cannot read the database of a newer one. After an upgrade: stellar upgrade --back',
    })
  }
  await perform({ ...common, from, to }, staged)
  say(
    `Stellar ${to} is installed${common.services.length > 0 ? ' and runs' : ''}; ${from} is kept as ${previousOf(program)}.`,
  )
  if (common.services.length === 0) say('Start it as before.')
  return 0
}

async function back(common: Common): Promise<number> {
  const { program, panel } = common
  if (!(await stat(previousOf(program)).catch(() => undefined))) {
    throw new PublicError('upgrade-no-way-back', `There is no ${previousOf(program)} to go back to.`)
  }
  const [now, from] = [await versionOf(program), await versionOf(previousOf(program))]
  const copies = panel ? await readdir(copiesOf(panel.dataDirectory)).catch(() => []) : []
  const copy = copies
    .filter((name) => name.endsWith(`-${from}-before-${now}.backup`))
    .toSorted((a, b) => (a < b ? -1 : 1))
    .at(-1)
  if (panel && copy === undefined) {
    throw new PublicError('upgrade-no-way-back', `There is no copy of the database from before Stellar ${now}.`, {
      hint: `Expected in ${copiesOf(panel.dataDirectory)}. A backup of your own does as well: see docs/operations.md.`,
    })
  }
  await goBack({ ...common, from }, panel && copy ? join(copiesOf(panel.dataDirectory), copy) : undefined)
  say(
    `Stellar ${from} is back. What had changed in the database since the upgrade to ${now} is gone where ${from} could not read it.`,
  )
  return 0
}

async function programOf(given: string | undefined): Promise<string> {
  if (given === undefined && !singleFile) {
    throw new PublicError('upgrade-source', 'This Stellar runs from source: there is no program to replace.', {
      hint: 'Update the source (git pull, npm ci) and start it again; `stellar backup` first.',
    })
  }
  return await realpath(given ?? process.execPath).catch(() => {
    throw usage(`There is no program ${given}.`)
  })
}

/** The panel must be there before its node dials. */
function inOrder(services: readonly Service[]): Service[] {
  return services.toSorted((a, b) => Number(a.mode === 'node') - Number(b.mode === 'node'))
}

/** With the settings of the service that runs it, else with those of this command. */
async function findPanel(
  service: Service | undefined,
): Promise<(InstalledPanel & { readonly port: number }) | undefined> {
  const env = service?.env ?? process.env
  const cwd = service?.cwd ?? process.cwd()
  const { environment } = await loadConfig({
    env,
    cwd,
    program: singleFile && process.execPath,
    builtIn: config,
    read: (file) => readOwnConfig(file, env, service?.account),
  })
  const { dataDirectory, databaseUrl, host, port } = environment
  const cluster = await stat(join(dataDirectory, 'panel/postgres/cluster')).catch(() => undefined)
  const account = service?.account ?? otherOwnerOf(dataDirectory)
  const secretKey = await secretKeyOf(dataDirectory, env, account)
  if (secretKey === undefined || (databaseUrl === undefined && !cluster)) return undefined
  // Absolute, whatever folder a child works in.
  const own = { ...env, STELLAR_DATA: dataDirectory }
  return { dataDirectory, secretKey, account, env: own, port, ask: () => askReady(readyAddress({ host, port })) }
}

/** As that account: a link in its folder does not have root read what it points to. */
async function secretKeyOf(dataDirectory: string, env: NodeJS.ProcessEnv, account: Account | undefined) {
  const given = env['STELLAR_SECRET_KEY']?.trim()
  if (!account || given) return await readSecretKey(dataDirectory, env)
  const path = env['STELLAR_SECRET_KEY_FILE']?.trim() || join(dataDirectory, 'panel/secret.key')
  const { code, stdout } = await run('cat', ['--', path], { deadlineMs: readWithinMs, account })
  return code === 0 ? stdout : undefined
}

/** A panel on any free port cannot be asked: for the trial it gets one that is known. */
async function withPort(panel: InstalledPanel & { readonly port: number }): Promise<InstalledPanel> {
  if (panel.port !== 0) return panel
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  const env = { ...panel.env, STELLAR_HOST: '127.0.0.1', STELLAR_PORT: String(port) }
  return { ...panel, env, ask: () => askReady(readyAddress({ host: '127.0.0.1', port })) }
}

/** Without its settings neither its database would be copied nor anything be known of how it fares. */
async function refuseIdle(units: readonly string[]): Promise<void> {
  if (units.length === 0) return
  throw new PublicError(
    'upgrade-idle',
    `The service ${units.join(' and ')} does not run, so nobody knows its settings.`,
    {
      hint: `Start it first: systemctl start ${units.join(' ')}`,
    },
  )
}

async function refuseRunningByHand(
  services: readonly Service[],
  panel: { readonly port: number; ask(): Promise<string | undefined> } | undefined,
): Promise<void> {
  if (!panel || panel.port === 0 || services.some(({ mode }) => mode !== 'node')) return
  if ((await panel.ask()) !== undefined) return
  throw new PublicError('upgrade-running', 'The panel runs, and not as a service of systemd that could be restarted.', {
    hint: 'Stop it (Ctrl-C; game servers run on), run this again, and start it as before.',
  })
}

function secondsOf(text: string): number {
  if (/^\d{1,4}$/.test(text) && Number(text) > 0) return Number(text)
  throw usage(`--wait takes seconds from 1 to 9999; it is “${text}”.`)
}
