// `stellar plugin test`: runs a plugin's tests on node:test, with `stellar/plugin/testing`, in a process of their own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ownCommand } from '#core/base/single-file.ts'
import { exits, Refused, usage } from '#core/cli/exit.ts'
import { withoutSecrets } from '#core/cli/without-secrets.ts'
import { importNatively, lend } from '#core/plugins/native-import.ts'

const importMs = 30_000

export async function testPlugin(
  [folder = '.']: readonly string[],
  { timeout = '120' }: { readonly timeout?: string },
): Promise<number> {
  const seconds = /^\d{1,5}$/.test(timeout) ? Number(timeout) : 0
  if (seconds < 1) throw usage(`--timeout takes seconds; it got “${timeout}”.`)
  if (!existsSync(folder)) throw new Refused(exits.notFound, 'no-folder', `There is nothing at ${resolve(folder)}.`)
  const files = await testFiles(resolve(folder))
  if (files.length === 0) {
    throw new Refused(exits.notFound, 'no-tests', `There are no tests in ${resolve(folder)}.`, {
      hint: 'A test is a file such as plugin.test.ts.',
    })
  }
  const [program, args] = ownCommand(['plugin', 'run-tests', ...files])
  const child = spawn(program, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: withoutSecrets(process.env),
    timeout: seconds * 1000,
    killSignal: 'SIGKILL',
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  if (signal === 'SIGKILL') {
    throw new Refused(exits.late, 'took-too-long', `The tests did not end within ${seconds} seconds.`, {
      hint: 'Something keeps running, e.g. a socket; or give --timeout more seconds.',
    })
  }
  return code === 0 ? 0 : exits.failed
}

async function testFiles(folder: string): Promise<string[]> {
  const found: string[] = []
  for (const item of await readdir(folder, { withFileTypes: true })) {
    if (item.name === 'node_modules' || item.name.startsWith('.')) continue
    const path = join(folder, item.name)
    if (item.isDirectory()) found.push(...(await testFiles(path)))
    else if (/\.test\.(ts|js|mjs)$/.test(item.name)) found.push(path)
  }
  return found.toSorted()
}

/** `stellar plugin run-tests`, in the child. */
export async function runTests(files: readonly string[]): Promise<undefined> {
  lend('stellar/plugin/testing', await import('#core/plugins/testing.ts'))
  for (const file of files) await importNatively(pathToFileURL(file).href, importMs)
  // The tests go on by themselves; node:test sets the exit code, and the process ends when nothing is left to do.
  return undefined
}
