// The executable that people download, as they use it: no Node, no source, nothing beside it.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildTarget } from '#core/build/build-target.ts'
import { cachedBuild } from '#core/build/cached-build.ts'
import { hostTarget } from '#core/build/targets.ts'
import { nodeKinds, panelKinds } from '#core/plugins/kinds.ts'
import { chatterPlugin } from './blueprints.ts'
import { runCommand } from './command.ts'
import { run, withoutTestbed } from './services.ts'
import { type Stellar, startStellar } from './stellar.ts'

const wait = { timeoutMs: 20_000 }

const plugins: Readonly<Record<string, string>> = {
  // A game adapter and parts of its own, in TypeScript, with an await at the top.
  'plugins/adapter/plugin.ts': `
    import { definePlugin } from 'stellar/plugin'
    import { capacity } from './parts/capacity.ts'
    const many: number = await Promise.resolve(capacity)
    export default definePlugin({
      name: 'adapter', summary: 'Asks a game.',
      node: () => ({ games: [{ id: 'adapter', query: async () => ({ players: 0, capacity: many }) }] }),
    })`,
  'plugins/adapter/parts/capacity.ts': 'export const capacity: number = 64',
  // A guard, as a bare .js file in module syntax, that throws the host's own error.
  'plugins/guard.js': `
    import { definePlugin, PublicError } from 'stellar/plugin'
    export default definePlugin({
      name: 'guard', summary: 'Refuses a name.',
      panel: () => ({ guard: { 'server.create': ({ name }) => {
        if (name === 'forbidden') throw new PublicError('forbidden-name', 'Not that name.', { status: 409 })
      } } }),
    })`,
  // A page and what it heard.
  'plugins/page.mjs': `
    import { definePlugin } from 'stellar/plugin'
    const created = []
    export default definePlugin({
      name: 'page', summary: 'Shows a page.',
      panel: () => ({
        on: { 'server.created': ({ name }) => { created.push(name) } },
        pages: [{ id: 'seen', method: 'get', path: '/seen', permission: 'panel.view', handle: () => '<p>created: ' + created + '</p>' }],
      }),
    })`,
  // One of every kind that the others are not.
  'plugins/kinds.ts': `
    import { definePlugin } from 'stellar/plugin'
    const refuse = async (): Promise<never> => { throw new Error('only for show') }
    const sign = { authorizationUrl: () => new URL('https://id.example/authorize'), identify: refuse }
    export default definePlugin({
      name: 'kinds', summary: 'Brings one of each kind.',
      panel: () => ({
        authProviders: [{ id: 'guild', label: 'The guild', ...sign }],
        authProviderKinds: [{
          id: 'club', label: 'A club', help: 'Ask the club.', fields: [{ name: 'club', label: 'Club', kind: 'text' }],
          open: (_: unknown, as: { id: string; label: string }) => ({ ...as, ...sign }),
        }],
        notifiers: [{ id: 'pager', send: refuse }],
        scheduleActions: [{ id: 'sweep', label: 'Sweep', permission: 'server.start', run: refuse }],
      }),
      node: () => ({
        drivers: [{
          id: 'pretend', health: async () => ({ healthy: true, detail: 'always' }), pull: refuse, create: refuse,
          recover: async () => undefined, servers: async () => [], purge: async () => {}, watch: () => {},
        }],
        backupStores: [{ id: 'attic', put: refuse, get: refuse, delete: refuse }],
      }),
    })`,
  // A game that is asked by the adapter above.
  'plugins/chatter.ts': chatterPlugin.replace("adapter: 'valve-query'", "adapter: 'adapter'"),
  'plugins/broken.ts': 'export const it = (\n',
  'stellar.config.ts': `
    import { defineConfig, definePlugin } from 'stellar/plugin'
    export default defineConfig({
      plugins: [definePlugin({ name: 'listed', summary: 'From the configuration.', panel: () => ({}) })()],
      disable: ['bzflag'],
    })`,
}

describe('the single executable', () => {
  const data = mkdtempSync(join(tmpdir(), 'stellar-file-'))
  let program: string
  beforeAll(async () => {
    program = await cachedBuild()
    for (const [path, text] of Object.entries(plugins)) {
      mkdirSync(join(data, path, '..'), { recursive: true })
      writeFileSync(join(data, path), text)
    }
  }, 300_000)
  afterAll(() => rmSync(data, { recursive: true, force: true }))

  const stellar = (...args: string[]) => runCommand(args, { data, program: [program] })

  test('says its version, in little more time than Node takes to start', async () => {
    const best = { stellar: Infinity, node: Infinity }
    const timed = async (name: keyof typeof best, work: () => Promise<unknown>) => {
      const began = performance.now()
      await work()
      best[name] = Math.min(best[name], performance.now() - began)
    }
    for (let start = 0; start < 7; start++) {
      await timed('stellar', async () => {
        expect(await stellar('version')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
      })
      await timed('node', () => promisify(execFile)(process.execPath, ['--eval', '0']))
    }
    // What makes it slow is a mode that is evaluated although nobody asked for it.
    expect(best.stellar).toBeLessThan(best.node * 2.2)
  })

  test('refuses a command it does not know, and what Node would take for its own', async () => {
    expect(await stellar('pannel')).toMatchObject({ code: 2, stdout: '' })
    expect(await stellar('--eval', 'console.log(1)')).toMatchObject({ code: 2, stdout: '' })
  })

  test('needs no newer C library than 2.28, and of libraries only those of every distribution', async () => {
    const file = readFileSync(program)
    const needed = [...file.toString('latin1').matchAll(/GLIBC_2\.(\d+)/g)].map(([, minor]) => Number(minor))
    expect(Math.max(...needed)).toBeLessThanOrEqual(28)
    const { stdout } = await promisify(execFile)('ldd', [program])
    const libraries = stdout.split('\n').flatMap((line) => /^\s*(?:\/\S+\/)?([\w.+-]+\.so)/.exec(line)?.[1] ?? [])
    const everywhere = /^(linux-vdso|ld-linux-[\w-]+|lib(c|m|dl|pthread|stdc\+\+|gcc_s))\.so$/
    expect(libraries.filter((library) => !everywhere.test(library))).toEqual([])
  })

  test('is the same bytes when it is built again', async () => {
    const again = join(data, 'again')
    await buildTarget({ target: hostTarget(), file: again, packager: 'sea', packing: 'quick' })
    expect(readFileSync(again).equals(readFileSync(program))).toBe(true)
    rmSync(again)
  }, 120_000)

  test('writes a plugin, and tests it without anything beside it', async () => {
    const folder = join(data, 'written')
    expect(await stellar('plugin', 'new', 'ships', '--into', folder)).toMatchObject({ code: 0 })
    expect(readFileSync(join(folder, 'types/stellar-plugin.d.ts'), 'utf8')).toContain("'stellar/plugin'")
    const tested = await stellar('plugin', 'test', folder)
    expect(tested, tested.everything).toMatchObject({ code: 0, stdout: expect.stringMatching(/pass [1-9]/) })
  })

  test('prints the licences of what is inside', async () => {
    const { code, stdout } = await stellar('licences')
    expect(code).toBe(0)
    for (const part of ['hono', 'Node.js', 'PostgreSQL', 'ICU']) expect(stdout).toContain(part)
  })

  describe.skipIf(withoutTestbed)('from its first start on (needs the test bed)', () => {
    let panel: Stellar
    const chatter = { id: '', container: '' }
    let session = ''
    const start = async (file = program) => {
      panel = await startStellar({
        data,
        program: [file],
        environment: { STELLAR_OWNER_EMAIL: '', STELLAR_OWNER_PASSWORD: '', STELLAR_OWNER_API_KEY_FILE: '' },
      })
    }
    beforeAll(() => start(), 120_000)
    afterAll(async () => {
      await panel.stop()
      // Where a test failed: the program leaves servers running, which nobody wants here.
      const left = await run('docker', ['ps', '-aq', '--filter', `label=stellar.server=${chatter.id}`], wait)
      for (const id of left.split('\n').filter((id) => id !== '')) await run('docker', ['rm', '-f', id], wait)
    }, 90_000)

    test('the wizard makes the owner', async () => {
      const setup = (await panel.said(/(http:\/\/\S+\/setup\?token=\S+)/))[1] ?? ''
      const proof = await fetch(setup, { redirect: 'manual' })
      const form = { name: 'Robin', email: 'robin@stellar.example', password: 'seven otters keep one lamp' }
      const made = await post('/setup', form, cookies(proof))
      expect([made.status, made.headers.get('location')]).toEqual([303, '/setup/machine'])
      session = cookies(made)
      // A key for what follows, by the form as well: shown once, in this answer.
      const shown = await post('/account/keys', { name: 'smoke' }, session)
      const key = /\bstellar_[\w-]{20,}/.exec(await shown.text())?.[0]
      writeFileSync(join(data, 'owner.key'), key ?? '')
      expect((await panel.api('GET', '/servers')).status).toBe(200)
    })

    test('pages, style sheets and scripts come out of the file', async () => {
      const page = await (await fetch(`${panel.url}/sign-in`)).text()
      const files = [...page.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map(([, path]) => path ?? '')
      expect(files.length).toBeGreaterThan(8)
      for (const path of files) {
        const answer = await fetch(`${panel.url}${path}`)
        expect([path, answer.status, (await answer.text()).length > 0]).toEqual([path, 200, true])
      }
    })

    test('plugins of every kind of file run, and a broken one says where', async () => {
      const { body } = await panel.api<{ data: { name: string; state: string; reason?: string; source: string }[] }>(
        'GET',
        '/plugins',
      )
      const states = Object.fromEntries(body.data.map(({ name, state }) => [name, state]))
      expect(states).toMatchObject({
        listed: 'running',
        // The node's own business: whether it runs there is seen when a game is asked.
        adapter: 'skipped',
        docker: 'skipped',
        guard: 'running',
        page: 'running',
        kinds: 'running',
        chatter: 'running',
        broken: 'failed',
        bzflag: 'skipped',
      })
      expect(body.data.find(({ name }) => name === 'broken')?.reason).toMatch(/^broken\.ts/)
      const refused = await panel.api('POST', '/servers', { blueprintId: 'chatter', name: 'forbidden' })
      expect(refused).toMatchObject({ status: 409, body: { code: 'forbidden-name' } })
    })

    test('plugins bring one of each kind, and a sign-in provider stands on the page where people sign in', async () => {
      const listed = await runCommand(['plugin', 'list', '--json'], { data, program: [program] })
      const { data: all } = JSON.parse(listed.stdout) as { data: { contributes?: Record<string, readonly string[]> }[] }
      const kinds = new Set(all.flatMap(({ contributes = {} }) => Object.keys(contributes)))
      expect([...kinds].toSorted()).toEqual([...Object.keys(panelKinds), ...Object.keys(nodeKinds)].toSorted())
      expect(await (await fetch(`${panel.url}/sign-in`)).text()).toContain('The guild')
      const settings = await fetch(`${panel.url}/settings/providers`, { headers: { cookie: session } })
      expect([settings.status, await settings.text()]).toEqual([200, expect.stringContaining('A club')])
    })

    test('a server is created in a real container, and stopped', async () => {
      await panel.api.until<{ data: { driver?: { healthy: boolean } }[] }>(
        '/nodes',
        ({ data: [node] }) => node?.driver?.healthy === true,
      )
      const created = await panel.api<{ id: string }>('POST', '/servers', {
        blueprintId: 'chatter',
        name: 'Binary',
        memoryMiB: 128,
      })
      expect(created.status, JSON.stringify(created.body)).toBe(201)
      chatter.id = created.body.id
      await reach('running')
      const asked = ({ stats }: { stats: { capacity: number | null } | null }) => stats?.capacity === 64
      await panel.api.until(`/servers/${chatter.id}`, asked, 40_000)
      const page = await fetch(`${panel.url}/plugins/page/seen`, { headers: { cookie: session } })
      expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<p>created: Binary</p>')])
      expect((await panel.api('POST', `/servers/${chatter.id}/power`, { action: 'stop' })).status).toBe(202)
      await reach('stopped')
      expect((await panel.api('POST', `/servers/${chatter.id}/power`, { action: 'start' })).status).toBe(202)
      await reach('running')
      chatter.container = await container()
    })

    test('killed without a word, it comes back to the same container and the same database', async () => {
      await panel.stop('SIGKILL')
      await start()
      await reach('running')
      expect(await container()).toBe(chatter.container)
      expect((await panel.api<{ data: unknown[] }>('GET', '/servers')).body.data).toHaveLength(1)
    }, 120_000)

    test('a newer build takes its place, on the same data, while the game runs on', async () => {
      const [installed, release] = [join(data, 'bin/stellar'), join(data, 'release')]
      for (const folder of [join(data, 'bin'), release]) mkdirSync(folder)
      copyFileSync(program, installed)
      const file = `stellar-${hostTarget().name}`
      copyFileSync(await cachedBuild({ version: '9.9.9' }), join(release, file))
      const sum = createHash('sha256')
        .update(readFileSync(join(release, file)))
        .digest('hex')
      writeFileSync(join(release, 'SHA256SUMS'), `${sum}  ${file}\n`)
      await panel.stop()
      const upgraded = await runCommand(['upgrade', release], { data, program: [installed] })
      expect(upgraded, upgraded.everything).toMatchObject({ code: 0 })
      expect((await runCommand(['version'], { data, program: [installed] })).stdout).toBe('9.9.9\n')
      expect((await runCommand(['version'], { data, program: [`${installed}.previous`] })).stdout).not.toBe('9.9.9\n')
      await start(installed)
      await reach('running')
      expect(await container()).toBe(chatter.container)
    }, 180_000)

    test('the server is deleted, and its container with it', async () => {
      expect((await panel.api('DELETE', `/servers/${chatter.id}?name=Binary`)).status).toBe(202)
      await panel.api.until<{ data: unknown[] }>('/servers', ({ data }) => data.length === 0)
      expect(await container()).toBe('')
    })

    const reach = (state: string) =>
      panel.api.until<{ state: string }>(`/servers/${chatter.id}`, (server) => server.state === state, 60_000)
    const container = () =>
      run('docker', ['ps', '-q', '--no-trunc', '--filter', `label=stellar.server=${chatter.id}`], wait)
    const post = (path: string, body: Record<string, string>, cookie: string) =>
      fetch(`${panel.url}${path}`, {
        method: 'POST',
        body: new URLSearchParams(body),
        headers: { cookie, origin: panel.url },
        redirect: 'manual',
      })
  })

  test('made by the alternative packager, it comes up just so, with its node', async () => {
    const alternative = await cachedBuild({ packager: 'pkg' })
    await using panel = await startStellar({ program: [alternative] })
    await panel.api.until<{ data: { connected: boolean }[] }>('/nodes', ({ data: [node] }) => node?.connected === true)
    expect((await fetch(`${panel.url}/sign-in`)).status).toBe(200)
  }, 180_000)

  describe.skipIf(process.getuid?.() !== 0)('in a root with a C library and nothing else (needs root)', () => {
    const root = mkdtempSync(join(tmpdir(), 'stellar-root-'))
    beforeAll(() => makeRoot(root, program))
    afterAll(() => rmSync(root, { recursive: true, force: true }))

    test('panel and embedded PostgreSQL come up, as an account of their own', async () => {
      const inside = ['--mount', '--pid', '--fork', '--kill-child=SIGTERM', '--mount-proc']
      const account = ['--root', root, '--setuid', '1000', '--setgid', '1000']
      await using panel = await startStellar({
        program: ['unshare', ...inside, ...account, '/stellar'],
        command: ['panel'],
        environment: {
          STELLAR_DATA: '/data',
          STELLAR_OWNER_API_KEY_FILE: '/data/owner.key',
          HOME: '/',
          TMPDIR: '/tmp',
        },
      })
      expect((await fetch(`${panel.url}/ready`)).status).toBe(200)
      expect(panel.output()).toContain('PostgreSQL 18')
      // unshare passes no signal on: the program itself is told.
      const [inner] = readFileSync(`/proc/${panel.pid}/task/${panel.pid}/children`, 'utf8').trim().split(' ')
      process.kill(Number(inner), 'SIGTERM')
      expect(await panel.stop('SIGCONT')).toBe(0)
    }, 90_000)
  })
})

function cookies(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ')
}

/** The libraries that the program names, the rest of the C library and, for PostgreSQL's initdb, which asks a shell to start its server, a shell. */
async function makeRoot(root: string, program: string): Promise<void> {
  const folders = ['proc', 'tmp', 'data', 'dev/shm', 'etc', 'bin']
  for (const folder of folders) mkdirSync(join(root, folder), { recursive: true })
  writeFileSync(join(root, 'etc/passwd'), 'stellar:x:1000:1000::/:/bin/sh\n')
  const script = `
    set -eu
    cp "$2" "$1/stellar"; cp /bin/dash "$1/bin/sh"
    named() { ldd "$@" | sed -n 's|.*[[:space:]]\\(/[^ ]*\\) (.*|\\1|p'; }
    libc=$(dirname "$(named "$2" | grep '/libc\\.so')")
    for file in $(named "$2" /bin/dash | sort -u) "$libc"/librt.so.1 "$libc"/libdl.so.2 "$libc"/libpthread.so.0 "$libc"/libm.so.6; do
      mkdir -p "$1$(dirname "$file")"; [ -e "$1$file" ] || cp -L "$file" "$1$file"
    done
    for device in null:3 zero:5 random:8 urandom:9; do mknod -m 666 "$1/dev/\${device%:*}" c 1 "\${device#*:}"; done
    chmod 1777 "$1/tmp" "$1/dev/shm"; chmod 755 "$1"; chown 1000:1000 "$1/data"`
  await run('sh', ['-c', script, 'sh', root, program], { timeoutMs: 30_000 })
}
