// What the integration and end-to-end tests stand on: the test bed beside the checkout (Docker engine, registry, game
// images, PostgreSQL) and Debian's Chromium. Runs once before the tests; what cannot be had is said, and the tests
// that need it are skipped by name.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** Folder of the test bed, or undefined in a clone that stands alone. */
export const testbed: string | undefined = existsSync(resolve('../shared/testbed/up.sh'))
  ? resolve('../shared/testbed')
  : undefined

export const registryHost = '127.0.0.1:5000'

/** Reason to skip for `describe.skipIf`: undefined when the test bed is there. */
export const withoutTestbed = testbed === undefined

export const chromium: string | undefined = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => existsSync(path))

const armLibraries = '/usr/aarch64-linux-gnu'

/** Command before a program for arm64, or undefined: Debian's qemu-user with the libraries of that machine. */
export const armEmulator: readonly [string, ...string[]] | undefined =
  existsSync('/usr/bin/qemu-aarch64') && existsSync(`${armLibraries}/lib/libstdc++.so.6`)
    ? ['/usr/bin/qemu-aarch64', '-L', armLibraries]
    : undefined

/** For what a program has written and nobody has read yet when it ends. */
const lastOutputMs = 1000

/** Runs a program to its end; its output is shown when it fails. */
export async function run(
  command: string,
  args: readonly string[],
  options: { timeoutMs: number; cwd?: string },
): Promise<string> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: options.timeoutMs,
  })
  let output = ''
  child.stdout.on('data', (data: Buffer) => (output += data.toString()))
  child.stderr.on('data', (data: Buffer) => (output += data.toString()))
  const closed = once(child, 'close')
  const code = await new Promise<number | null>((done, fail) => child.once('error', fail).once('exit', done))
  // A service that the script leaves running may hold its output open: then `close` never comes, and our ends of it would
  // hold this process after its last test.
  await Promise.race([closed, delay(lastOutputMs, undefined, { ref: false })])
  child.stdout.destroy()
  child.stderr.destroy()
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output.slice(-4000)}`)
  return output
}

let prepared: Promise<void> | undefined

/** vitest's globalSetup, for each kind of test that needs it; the second call finds the work done. */
export function setup(): Promise<void> {
  prepared ??= prepare()
  return prepared
}

async function prepare(): Promise<void> {
  const asRoot = process.getuid?.() === 0
  const jobs: Promise<unknown>[] = []
  if (testbed && asRoot) {
    // The lock: several test runs on one machine, and .ci/run which starts it early, must not bring it up twice at once.
    const lock = join(tmpdir(), 'stellar-testbed.lock')
    jobs.push(run('flock', ['-o', lock, join(testbed, 'up.sh')], { timeoutMs: 900_000 }))
    jobs.push(
      run('flock', ['-o', `${lock}-postgres`, join(testbed, 'services/postgres.sh'), 'start'], {
        timeoutMs: 300_000,
      }).then(() => (process.env['STELLAR_TEST_DATABASE_URL'] ??= 'postgres://panel:panel@127.0.0.1:15432/panel')),
    )
  } else {
    console.warn(
      'The test bed is not beside this checkout (or this is not root): tests that need its Docker engine, games or PostgreSQL 15 are skipped.',
    )
  }
  const missing = [
    ...(chromium ? [] : ['chromium']),
    ...(armEmulator ? [] : ['qemu-user', 'libc6-arm64-cross', 'libstdc++6-arm64-cross']),
  ]
  if (missing.length > 0 && asRoot && existsSync('/usr/bin/apt-get')) jobs.push(installFromDebian(missing))
  else if (missing.length > 0) {
    console.warn(`Tests in a browser or for arm64 are skipped. On Debian: apt-get install ${missing.join(' ')}`)
  }
  await Promise.all(jobs)
}

async function installFromDebian(packages: readonly string[]): Promise<void> {
  const lock = ['-o', 'DPkg::Lock::Timeout=300']
  await run('apt-get', [...lock, 'update', '-qq'], { timeoutMs: 180_000 })
  await run('apt-get', [...lock, 'install', '-qq', '-y', '--no-install-recommends', ...packages], {
    timeoutMs: 600_000,
  })
}
