// The database as it is, and the certificates in it: nothing is started, made or migrated.
import { X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { connect, type Target } from '#core/db/client.ts'
import { readShape } from '#core/db/dump/shape.ts'
import { login } from '#core/db/embedded/cluster.ts'
import { findRunning, socketTarget } from '#core/db/embedded/postmaster.ts'
import { migrations } from '#core/db/migrate.ts'
import type { Check, Finding } from './finding.ts'

const soonDays = 14
const dayMs = 86_400_000

export interface StorePlace {
  readonly url: string | undefined
  readonly dataDirectory: string
}

export function database({ url, dataDirectory }: StorePlace): Check {
  const check = 'database'
  return {
    name: check,
    async look() {
      if (url !== undefined) return await lookAt({ url }, `the PostgreSQL at ${new URL(url).host}`)
      const cluster = join(dataDirectory, 'panel/postgres/cluster')
      if (!statSync(cluster, { throwIfNoEntry: false })) {
        return [{ check, state: 'ok', detail: 'The embedded PostgreSQL is not there yet; the first start makes it.' }]
      }
      const running = await findRunning(cluster)
      if (running) return await lookAt(socketTarget(running, login, login), 'the embedded PostgreSQL')
      return [{ check, state: 'ok', detail: 'The embedded PostgreSQL does not run; the panel starts it.' }]
    },
  }

  async function lookAt(target: Target, name: string): Promise<Finding[]> {
    const sql = connect(target, { max: 1, connect_timeout: 5 })
    try {
      const [server] = await sql<{ version: string }[]>`select current_setting('server_version') as version`
      const applied = (await readShape(sql))?.migrations ?? []
      const known = new Set(migrations().map(({ name }) => name))
      const newer = applied.find((each) => !known.has(each))
      if (newer !== undefined) {
        return [
          {
            check,
            state: 'problem',
            detail: `It was last used by a newer version of Stellar (${newer}).`,
            fix: 'Start that newer version, or go back: stellar upgrade --back',
          },
        ]
      }
      const open = known.size - applied.length
      const state = applied.length > 0 && open > 0 ? `; the next start migrates it (${open} steps)` : ''
      return [{ check, state: 'ok', detail: `PostgreSQL ${server?.version.split(' ')[0]} answers: ${name}${state}.` }]
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      const fix =
        url === undefined
          ? 'Run this as the account that runs the panel.'
          : 'Check that it runs, and DATABASE_URL: stellar config show'
      return [{ check, state: 'problem', detail: `${name} does not let this account in: ${why}.`, fix }]
    } finally {
      await sql.end({ timeout: 1 })
    }
  }
}

export function certificates({ url, dataDirectory }: StorePlace): Check {
  const check = 'certificates'
  return {
    name: check,
    async look() {
      const findings: Finding[] = []
      const node = nodeCertificate(dataDirectory)
      if (node)
        findings.push(
          ...judge(
            'this node',
            node,
            'The node renews it while it is connected: see why it is not, or enrol it again.',
          ),
        )
      for (const { name, until } of await stored()) {
        const fix =
          name === 'the link'
            ? 'The panel renews it at its start: restart the panel.'
            : 'The node renews it while it is connected: see why it is not.'
        findings.push(...judge(name, until, fix))
      }
      return findings.length > 0 ? findings : [{ check, state: 'ok', detail: 'None is near its end.' }]
    },
  }

  function judge(of: string, until: number, fix: string): Finding[] {
    const days = Math.floor((until - Date.now()) / dayMs)
    if (days < 0) return [{ check, state: 'problem', detail: `The certificate of ${of} has ended.`, fix }]
    if (days < soonDays)
      return [{ check, state: 'warning', detail: `The certificate of ${of} ends in ${days} days.`, fix }]
    return []
  }

  async function stored(): Promise<{ name: string; until: number }[]> {
    const running = url === undefined ? await findRunning(join(dataDirectory, 'panel/postgres/cluster')) : undefined
    const target: Target | undefined = url === undefined ? running && socketTarget(running, login, login) : { url }
    if (!target) return []
    const sql = connect(target, { max: 1, connect_timeout: 5, connection: { role: 'panel_system' } })
    try {
      const links = await sql<{ key: string; pem: string }[]>`
        select key, value->>'certificate' as pem from panel.settings where key in ('link.authority', 'link.certificate')`
      const nodes = await sql<{ name: string; until: string }[]>`
        select n.name, max(c.not_after)::text as until from panel.node_certificates c
        join panel.nodes n on n.id = c.node_id where c.revoked_at is null group by n.name`
      return [
        ...links.map(({ key, pem }) => ({
          name: key === 'link.authority' ? 'the nodes’ authority' : 'the link',
          until: new X509Certificate(pem).validToDate.getTime(),
        })),
        ...nodes.map(({ name, until }) => ({ name: `the node ${name}`, until: Date.parse(until) })),
      ]
    } catch {
      return [] // what is wrong with the database, its own check says
    } finally {
      await sql.end({ timeout: 1 })
    }
  }
}

/** Undefined when this machine is no node. */
function nodeCertificate(dataDirectory: string): number | undefined {
  const path = join(dataDirectory, 'node/identity.json')
  if (!statSync(path, { throwIfNoEntry: false })) return undefined
  const identity: unknown = JSON.parse(readFileSync(path, 'utf8'))
  const pem =
    typeof identity === 'object' && identity !== null && 'certificate' in identity ? identity.certificate : undefined
  return typeof pem === 'string' ? new X509Certificate(pem).validToDate.getTime() : undefined
}
