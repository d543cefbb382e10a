// Completions as shells ask for them: the printed script in a real bash, zsh and fish, where they are installed.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import { type HttpServer, serveHttp } from '#core/panel/http/serve.ts'
import { runCommand as command } from '#core/testing/command.ts'
import { type TestPanel, testPanel } from '#core/testing/panel.ts'
import { addServer } from '#core/testing/test-servers.ts'

const folder = mkdtempSync(join(tmpdir(), 'stellar-completion-'))
let panel: TestPanel
let server: HttpServer
let environment: Readonly<Record<string, string>>

beforeAll(async () => {
  panel = await testPanel()
  server = await serveHttp({ app: panel.app, host: '127.0.0.1', port: 0, log: silentLog })
  const nodeId = await panel.addNode({ name: 'north' })
  await addServer(panel, nodeId, { name: 'Arcadia' })
  await addServer(panel, nodeId, { name: 'Two $(words)' })
  const program = join(folder, 'stellar')
  const own = [process.execPath, '--import', resolve('core/bootstrap/tsx.mjs'), resolve('core/cli.ts')]
  writeFileSync(program, `#!/bin/sh\nexec ${own.map((word) => `'${word}'`).join(' ')} "$@"\n`)
  chmodSync(program, 0o755)
  const { key } = await panel.owner.api()
  environment = {
    PATH: `${folder}${delimiter}${process.env['PATH']}`,
    HOME: folder,
    STELLAR_API_URL: `http://127.0.0.1:${server.port}`,
    STELLAR_API_KEY: key,
  }
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await panel[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

async function next(...typed: string[]): Promise<string[]> {
  const { stdout, stderr, code } = await command(['complete', '--', ...typed], { environment })
  expect([stderr, code]).toEqual(['', 0])
  return stdout.split('\n').flatMap((line) => line.split('\t')[0] || [])
}

describe('what may come next', () => {
  test('is a command, its verbs, its options, and what they take', async () => {
    expect(await next('')).toEqual(expect.arrayContaining(['up', 'node', 'server', 'login', 'help']))
    expect(await next('')).not.toContain('complete')
    expect(await next('server', 'st')).toEqual(['start', 'stop'])
    expect(await next('node', '')).toEqual(['list', 'show'])
    expect(await next('node', '--t')).toEqual(['--token'])
    expect(await next('server', 'list', '--state', 'cr')).toEqual(['crashed'])
    expect(await next('login', '--key-file', '')).toEqual([':files'])
  })

  test('is a name that the panel knows', async () => {
    expect(await next('server', 'stop', '')).toEqual(['Arcadia', 'Two $(words)'])
    expect(await next('server', 'stop', '--wait', 'arc')).toEqual(['Arcadia'])
    expect(await next('server', 'stop', 'Arcadia', 'T')).toEqual(['Two $(words)'])
    expect(await next('server', 'create', 'X', '--node', 'n')).toEqual(['north'])
  })

  test('is nothing, in silence, where there is no panel', async () => {
    const away = await command(['complete', '--', 'server', 'stop', ''], {
      environment: { ...environment, STELLAR_API_URL: 'http://127.0.0.1:1' },
    })
    expect(away).toMatchObject({ code: 0, stdout: '', stderr: '' })
  })
})

test('for another shell there are none, and it says for which there are', async () => {
  expect(await command(['completion', 'zhs'])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('zsh?'),
  })
})

const has = (shell: string) => spawnSync(shell, ['-c', 'exit 0']).status === 0

describe.each([
  [
    'bash',
    (words: string[]) =>
      `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _stellar 2>/dev/null; printf '%s\\n' "\${COMPREPLY[@]}"`,
    'Two\\ \\$\\(words\\)',
  ],
  [
    'zsh',
    (words: string[]) =>
      `_describe() { print -rl -- $found }; words=(${words.map((word) => `'${word}'`).join(' ')}); CURRENT=${words.length}; _stellar`,
    'Two $(words):test-game, unreachable',
  ],
  ['fish', (words: string[]) => `complete -C "${words.join(' ')}"`, 'Two $(words)'],
])('%s', (shell, ask, awkward) => {
  test.skipIf(!has(shell))(`asks the program (needs ${shell})`, async () => {
    const { stdout: script } = await command(['completion', shell])
    const file = join(folder, `script.${shell}`)
    writeFileSync(file, script)
    const complete = async (...words: string[]) => {
      const prelude = shell === 'zsh' ? 'compdef() { : }; ' : ''
      const child = spawn(shell, ['-c', `${prelude}source ${file}; ${ask(['stellar', ...words])}`], {
        env: { ...process.env, ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let text = ''
      child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
      child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()))
      await once(child, 'close')
      return text.trim().split('\n')
    }
    expect((await complete('server', 'st')).map((line) => line.split(/[\t:]/)[0])).toEqual(['start', 'stop'])
    const names = await complete('server', 'stop', '')
    expect(names[0]).toMatch(/^Arcadia/)
    expect(names[1]?.replace('\t', ':')).toContain(awkward)
  })
})
