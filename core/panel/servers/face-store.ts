// What pages show of a server's blueprint and ports. Both change only together with the revision, so that they are
// read once and not with every list: a blueprint is some ten kilobytes.
import { sql } from 'drizzle-orm'
import type { Database, Transaction } from '#core/db/database.ts'
import type { Blueprint } from '#core/domain/blueprint.ts'
import type { PortBinding } from '#core/domain/plan.ts'
import type { ServerView } from '#views/models.ts'

export interface ServerFace {
  readonly revision: number
  readonly blueprintName: string
  readonly plate: Blueprint['plate']
  readonly hints: Blueprint['hints']
  readonly consoleInput: Blueprint['console']['input']
  /** In the order of the blueprint: the game's port first where it names one. */
  readonly ports: ServerView['ports']
}

/** More servers than most panels have; the ones asked for longest ago go first. About 1 kB each. */
const mostFaces = 5000

export interface Faces {
  /** Of exactly these revisions. */
  of(
    tx: Transaction,
    rows: readonly { readonly id: string; readonly revision: number }[],
  ): Promise<ReadonlyMap<string, ServerFace>>
}

/** One for each panel of this process, for as long as it lives. */
export function facesOf(panel: { readonly database: Database }): Faces {
  let faces = all.get(panel.database)
  if (!faces) {
    faces = openFaces()
    all.set(panel.database, faces)
  }
  return faces
}
const all = new WeakMap<Database, Faces>()

function openFaces(): Faces {
  const known = new Map<string, ServerFace>()
  return {
    of: async (tx, rows) => {
      const missing = rows.filter(({ id, revision }) => known.get(id)?.revision !== revision).map(({ id }) => id)
      const fresh = missing.length === 0 ? new Map<string, ServerFace>() : await readFaces(tx, missing)
      const answer = new Map<string, ServerFace>()
      for (const { id } of rows) {
        const face = fresh.get(id) ?? known.get(id)
        if (!face) continue
        answer.set(id, face)
        known.delete(id)
        known.set(id, face)
      }
      for (const id of known.keys()) {
        if (known.size <= mostFaces) break
        known.delete(id)
      }
      return answer
    },
  }
}

interface FaceRow extends Record<string, unknown> {
  readonly id: string
  readonly revision: number
  readonly name: string
  readonly plate: Blueprint['plate']
  readonly hints: Blueprint['hints']
  readonly console: Blueprint['console']
  readonly definitions: Blueprint['ports']
  readonly ports: PortBinding[] | null
}

async function readFaces(tx: Transaction, ids: readonly string[]): Promise<Map<string, ServerFace>> {
  const rows = await tx.execute<FaceRow>(sql`
    select s.id, s.revision, b.name, b.plate, b.hints, b.console, b.ports as definitions,
      (select json_agg(json_build_object('name', a.name, 'port', a.port, 'protocol', a.protocol) order by a.port)
       from panel.allocations a where a.server_id = s.id) as ports
    from panel.servers s,
      jsonb_to_record(s.blueprint) as b(name text, plate jsonb, hints jsonb, console jsonb, ports jsonb)
    where s.id = any(${`{${ids.join(',')}}`}::uuid[])`)
  return new Map(rows.map((row) => [row.id, face(row)]))
}

function face(row: FaceRow): ServerFace {
  const claimed = new Map((row.ports ?? []).map((port) => [port.name, port]))
  const ports = row.definitions.flatMap(({ name, label }) => {
    const port = claimed.get(name)
    return port ? [{ name, label, port: port.port, protocol: port.protocol }] : []
  })
  ports.sort((a, b) => Number(b.name === 'game') - Number(a.name === 'game'))
  return {
    revision: row.revision,
    blueprintName: row.name,
    plate: row.plate,
    hints: row.hints,
    consoleInput: row.console.input,
    ports,
  }
}
