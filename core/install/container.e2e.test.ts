// The panel in a container, from the Dockerfile and the compose files as they stand here: with the database inside, and
// with one beside it.
import { randomBytes } from 'node:crypto'
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { cachedBuild } from '#core/build/cached-build.ts'
import { freePort } from '#core/testing/free-port.ts'
import { debianImage, docker } from '#core/testing/images.ts'
import { withoutTestbed } from '#core/testing/services.ts'

/** Stands in for the public image of PostgreSQL, as far as the compose file uses it. */
const databaseScript = `#!/bin/sh
set -e
data=/var/lib/postgresql/data
as() { setpriv --reuid postgres --regid postgres --init-groups "$@"; }
export PATH=/usr/lib/postgresql/15/bin:$PATH
if [ ! -s $data/PG_VERSION ]; then
  install -d -o postgres -m 700 $data
  cp "$POSTGRES_PASSWORD_FILE" /tmp/password && chown postgres /tmp/password
  as initdb -D $data -U "$POSTGRES_USER" --pwfile=/tmp/password -A scram-sha-256
  echo 'host all all all scram-sha-256' >>$data/pg_hba.conf
  echo "create database $POSTGRES_DB" | as postgres --single -D $data postgres
fi
exec setpriv --reuid postgres --regid postgres --init-groups postgres -D $data -c listen_addresses='*'
`
const databaseImage = `RUN mkdir -p /var/run/postgresql && chown postgres /var/run/postgresql && \\
  printf '%s' '${Buffer.from(databaseScript).toString('base64')}' | base64 -d >/start && chmod 755 /start
CMD ["/start"]
`

describe.skipIf(withoutTestbed)('the panel in a container (needs the test bed)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stellar-container-'))
  const project = `tb-panel-${randomBytes(3).toString('hex')}`
  const image = `${project}-image`
  let tools: string
  let port: number
  let linkPort: number

  beforeAll(async () => {
    tools = await debianImage('tb-compose', ['docker-compose'])
    // The tree as the compose file expects it, with nothing else in it.
    mkdirSync(join(folder, 'core/install'), { recursive: true })
    mkdirSync(join(folder, 'dist'))
    copyFileSync(await cachedBuild(), join(folder, 'dist/stellar'))
    for (const name of [
      '.dockerignore',
      'core/install/Dockerfile',
      'core/install/compose.yaml',
      'core/install/compose.postgres.yaml',
    ])
      cpSync(name, join(folder, name))
    // The image's own question, asked sooner than every fifteen seconds.
    writeFileSync(
      join(folder, 'core/install/impatient.yaml'),
      'services: { panel: { healthcheck: { interval: 1s } } }\n',
    )
    port = await freePort()
    linkPort = await freePort()
  })
  afterAll(async () => {
    await compose(['down', '--volumes', '--timeout', '20'], { beside: true }).catch(() => undefined)
    await docker(['rm', '--force', `${project}-root`]).catch(() => undefined)
    await docker(['rmi', '--force', image]).catch(() => undefined)
    rmSync(folder, { recursive: true, force: true })
  })

  /** docker-compose of Debian, in a container of its own that speaks to the engine. */
  const compose = (args: readonly string[], { beside = false } = {}): Promise<string> => {
    const settings = {
      // Through the engine's own interface: there is no client beside it.
      COMPOSE_DOCKER_CLI_BUILD: 0,
      STELLAR_BASE: 'tb-base',
      STELLAR_IMAGE: image,
      STELLAR_PORT: port,
      STELLAR_LINK_PORT: linkPort,
      STELLAR_URL: `http://127.0.0.1:${port}`,
      POSTGRES_IMAGE: 'tb-postgres',
      STELLAR_SECRETS: `${folder}/secrets`,
    }
    const each = (option: string, values: readonly string[]) => values.flatMap((value) => [option, value])
    const volumes = each('--volume', ['/var/run/docker.sock:/var/run/docker.sock', `${folder}:${folder}`])
    const environment = each(
      '--env',
      Object.entries(settings).map(([name, value]) => `${name}=${value}`),
    )
    const names = ['compose', ...(beside ? ['compose.postgres'] : []), 'impatient']
    const files = each(
      '--file',
      names.map((name) => `core/install/${name}.yaml`),
    )
    const run = ['run', '--rm', ...volumes, ...environment, '--workdir', folder, tools]
    return docker([...run, 'docker-compose', '--project-name', project, ...files, ...args], 180_000)
  }
  const panel = `${project}_panel_1`
  const inside = (...command: string[]) => docker(['exec', panel, ...command])
  const healthy = () =>
    vi.waitFor(
      async () => {
        const state = await docker(['inspect', '--format', '{{.State.Health.Status}}', panel])
        if (state.trim() !== 'healthy') throw new Error(`${state}: ${await docker(['logs', '--tail', '20', panel])}`)
      },
      { timeout: 90_000, interval: 500 },
    )
  const ready = () => vi.waitFor(() => inside('stellar', 'ready'), { timeout: 90_000, interval: 300 })
  const setupUrl = async () => /http:\/\/\S+\/setup\?token=\S+/.exec(await docker(['logs', panel]))?.[0] ?? ''
  const signInPage = async () =>
    (await fetch(`http://127.0.0.1:${port}/`, { redirect: 'manual' })).headers.get('location')

  test('comes up healthy, and its log shows the address that sets it up', async () => {
    await compose(['up', '--detach', '--build'])
    await healthy()
    expect((await fetch(`http://127.0.0.1:${port}/ready`)).status).toBe(200)
    const exchange = await fetch(await setupUrl(), { redirect: 'manual' })
    const cookie = exchange.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const wizard = await fetch(`http://127.0.0.1:${port}/setup`, { headers: { cookie } })
    expect([wizard.status, await wizard.text()]).toEqual([200, expect.stringContaining('Your name')])
  })

  test('is nobody in particular: no root, no capability, nothing to write to but its data', async () => {
    expect((await inside('id')).trim()).toBe('uid=10001(stellar) gid=10001(stellar) groups=10001(stellar)')
    const status = await inside('cat', '/proc/1/status')
    expect(status).toMatch(/^CapEff:\s+0+$/m)
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m)
    await expect(inside('touch', '/usr/local/bin/x')).rejects.toThrow('Read-only file system')
  })

  test('keeps everything when it is stopped, taken away and made again', async () => {
    await inside('sh', '-c', 'echo "correct horse battery" | stellar owner create --email ada@panel.test')
    expect(await signInPage()).toMatch(/^\/sign-in/)
    await compose(['stop'])
    const log = await docker([
      'run',
      '--rm',
      '--volume',
      `${project}_panel:/data:ro`,
      'tb-base',
      'tail',
      '-n',
      '5',
      '/data/panel/postgres/postgres.log',
    ])
    expect(log).toContain('database system is shut down')
    await compose(['down'])
    await compose(['up', '--detach'])
    await ready()
    expect(await signInPage()).toMatch(/^\/sign-in/)
    expect(await setupUrl()).toBe('')
  })

  test('started as root lends PostgreSQL its account; as an account without a name it says what is missing', async () => {
    await docker(['run', '--detach', '--user', '0', '--name', `${project}-root`, image])
    await vi.waitFor(() => docker(['exec', `${project}-root`, 'stellar', 'ready']), { timeout: 60_000, interval: 500 })
    expect(await docker(['exec', `${project}-root`, 'stat', '-c', '%U', '/data/panel/postgres/cluster'])).toBe(
      'stellar\n',
    )
    const nameless = ['run', '--rm', '--user', '12345', '--tmpfs', '/data:uid=12345,exec', image]
    await expect(docker(nameless)).rejects.toThrow(
      'The embedded PostgreSQL cannot run under a user id that has no entry in /etc/passwd. Add an account for it, or set DATABASE_URL.',
    )
  })

  test('runs on a PostgreSQL beside it, and then has none inside', async () => {
    await debianImage('tb-postgres', ['postgresql-15'], databaseImage)
    await compose(['down', '--volumes'])
    mkdirSync(join(folder, 'secrets'))
    const secret = (name: string, text: string) => {
      writeFileSync(join(folder, 'secrets', name), `${text}\n`)
      chmodSync(join(folder, 'secrets', name), 0o644)
    }
    secret('postgres-password', 'a-long-password')
    secret('database-url', 'postgres://stellar:a-long-password@database/stellar')
    await compose(['up', '--detach'], { beside: true })
    await ready()
    expect(await docker(['logs', panel])).toMatch(/Database: PostgreSQL 15\S*/)
    expect((await inside('ls', '/data/panel')).trim()).toBe('secret.key')
    expect(await docker(['inspect', '--format', '{{json .Config.Env}}', panel])).not.toContain('a-long-password')
  })
})
