// Runs a planned server in a container with the isolation that the Docker driver gives, by the command line alone:
// proof that a blueprint's commands work there, whatever the driver does.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { rewriteConfigFile } from '#core/domain/config-files.ts'
import { plainText } from '#core/domain/console.ts'
import type { ServerPlan } from '#core/domain/plan-server.ts'
import { run as runProgram } from './services.ts'

export interface Contained extends AsyncDisposable {
  readonly dataDirectory: string
  /** Runs the installation; rejects with its output when it fails. */
  install(image: string): Promise<string>
  /** Rewrites the config files as a node does before each start, then starts the server. */
  start(image: string): Promise<Running>
}

interface Running {
  /** Plain console lines so far. */
  readonly lines: readonly string[]
  /** Resolves with the first line, past or future, that matches. */
  line(match: (line: string) => boolean, deadlineMs: number): Promise<string>
  command(text: string): void
  signal(name: string): Promise<void>
  readonly exited: Promise<number>
}

export async function contain({ run, install }: ServerPlan): Promise<Contained> {
  const name = `blueprint-${randomBytes(4).toString('hex')}`
  const dataDirectory = await mkdtemp(join(tmpdir(), 'stellar-blueprint-'))
  const { uid, gid } = run.user
  await chown(dataDirectory, uid, gid)
  await chmod(dataDirectory, 0o750)
  const isolation = (environment: Readonly<Record<string, string>>): string[] => [
    '--read-only',
    '--tmpfs',
    '/tmp:rw,exec,size=512m',
    '--cap-drop',
    'ALL',
    '--security-opt',
    'no-new-privileges',
    '--init',
    '--pids-limit',
    '512',
    '--user',
    `${uid}:${gid}`,
    '--memory',
    String(Math.max(run.memoryBytes, 512 * 1024 ** 2)),
    '--mount',
    `type=bind,source=${dataDirectory},target=${run.dataPath}`,
    ...Object.entries(environment).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
  ]
  return {
    dataDirectory,
    async install(image) {
      if (!install) return ''
      const [program = '/bin/sh', ...options] = install.entrypoint
      return await runProgram(
        'docker',
        [
          'run',
          '--rm',
          '--name',
          `${name}-install`,
          ...isolation(install.environment),
          '--workdir',
          run.dataPath,
          '--entrypoint',
          program,
          image,
          ...options,
          '-c',
          install.script,
        ],
        { timeoutMs: 150_000 },
      )
    },
    async start(image) {
      for (const file of run.configFiles) await rewrite(join(dataDirectory, file.path), file, run.user)
      const ports = run.ports.flatMap(({ port, protocol }) =>
        (protocol === 'both' ? ['tcp', 'udp'] : [protocol]).flatMap((each) => [
          '--publish',
          `127.0.0.1:${port}:${port}/${each}`,
        ]),
      )
      const [program, ...rest] = run.command
      const child = spawn('docker', [
        'run',
        '--rm',
        '--interactive',
        '--name',
        name,
        ...isolation(run.environment),
        '--workdir',
        run.workingDirectory,
        ...ports,
        ...(program ? ['--entrypoint', program] : []),
        image,
        ...rest,
      ])
      return running(name, child)
    },
    async [Symbol.asyncDispose]() {
      for (const container of [name, `${name}-install`]) {
        await runProgram('docker', ['rm', '--force', '--volumes', container], { timeoutMs: 30_000 }).catch(
          () => undefined,
        )
      }
      await rm(dataDirectory, { recursive: true, force: true })
    },
  }
}

async function rewrite(
  path: string,
  { format, create, set }: ServerPlan['run']['configFiles'][number],
  { uid, gid }: { uid: number; gid: number },
): Promise<void> {
  const before = await readFile(path, 'utf8').catch(() => undefined)
  if (before === undefined && !create) return
  const made = await mkdir(dirname(path), { recursive: true })
  if (made) await runProgram('chown', ['-R', `${uid}:${gid}`, made], { timeoutMs: 10_000 })
  await writeFile(path, rewriteConfigFile(format, before ?? '', set))
  await chown(path, uid, gid)
}

function running(name: string, child: ChildProcessWithoutNullStreams): Running {
  const lines: string[] = []
  const watchers = new Set<(line: string) => void>()
  for (const stream of [child.stdout, child.stderr]) {
    let rest = ''
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\n')
      rest = parts.pop() ?? ''
      for (const part of parts) {
        const line = plainText(part)
        lines.push(line)
        for (const watch of watchers) watch(line)
      }
    })
  }
  const { promise: exited, resolve } = Promise.withResolvers<number>()
  child.once('close', (code) => resolve(code ?? -1))
  return {
    lines,
    exited,
    async line(match, deadlineMs) {
      const past = lines.find(match)
      if (past !== undefined) return past
      const { promise, resolve: found, reject } = Promise.withResolvers<string>()
      const fail = (why: string): void => reject(new Error(`${why}; the console says:\n${lines.slice(-40).join('\n')}`))
      const watch = (line: string): void => void (match(line) && found(line))
      const timer = setTimeout(() => fail(`no such line within ${deadlineMs} ms`), deadlineMs)
      watchers.add(watch)
      void exited.then((code) => fail(`it ended with ${code}`))
      return await promise.finally(() => {
        clearTimeout(timer)
        watchers.delete(watch)
      })
    },
    command: (text) => void child.stdin.write(`${text}\n`),
    async signal(signal) {
      await runProgram('docker', ['kill', '--signal', signal, name], { timeoutMs: 15_000 })
    },
  }
}
