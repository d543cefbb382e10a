// Images for tests that need programs of Debian without installing them on this machine: the test bed's base and packages.
// The engine keeps them; a second build finds its layers.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './services.ts'

/** Runs the client of the engine to its end; rejects with what it said. */
export const docker = (args: readonly string[], timeoutMs = 60_000): Promise<string> =>
  run('docker', args, { timeoutMs })

/** Returns `name`, which is also the image's. `further` are lines of its Dockerfile. */
export async function debianImage(name: string, packages: readonly string[], further = ''): Promise<string> {
  // Of two test files that want it, one makes it and the other finds it made.
  const lock = join(tmpdir(), `stellar-image-${name}.lock`)
  const build = spawn('flock', ['-o', lock, 'docker', 'build', '--quiet', '--tag', name, '-'], { timeout: 280_000 })
  let said = ''
  for (const stream of [build.stdout, build.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()))
  build.stdin.end(`FROM tb-base
RUN apt-get update -qq \\
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ${packages.join(' ')} \\
 && rm -rf /var/lib/apt/lists/*
${further}`)
  const [code] = (await once(build, 'close')) as [number | null]
  if (code !== 0) throw new Error(`docker build of ${name} ended with ${code}:\n${said.slice(-4000)}`)
  return name
}
