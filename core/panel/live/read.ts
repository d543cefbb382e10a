// Servers as live pages draw them: read once for everybody who looks, so as the system role; who may see which is
// decided for each viewer.
import type { Database } from '#core/db/database.ts'
import type { Actor } from '#core/panel/context.ts'
import { facesOf } from '#core/panel/servers/face-store.ts'
import { findServers, listServers } from '#core/panel/servers/store.ts'
import { type Observers, viewInstall, viewServer } from '#core/panel/servers/view.ts'
import { type Permission, permissionNames } from '#core/permissions/catalogue.ts'
import type { InstallView, ServerView } from '#views/models.ts'

export interface Seen {
  readonly view: ServerView
  readonly install: InstallView | undefined
}

/** Drawn for nobody in particular; `seenBy` makes it somebody's. */
const everything: ReadonlySet<Permission> = new Set(permissionNames)

/** As many rows as a list draws. */
const mostRows = 500

export async function readServers(
  parts: Observers & { readonly database: Database },
  ids: readonly string[],
): Promise<Map<string, Seen>> {
  const { database, live } = parts
  return await database.withSystem(async (tx) => {
    const rows = await findServers(tx, ids)
    const faces = await facesOf(parts).of(tx, rows)
    return new Map(
      rows.flatMap((row) => {
        const face = faces.get(row.id)
        return face
          ? [[row.id, { view: viewServer(row, face, parts, everything), install: viewInstall(row, live) }]]
          : []
      }),
    )
  })
}

/** The same with what this person may do. */
export function seenBy({ view, install }: Seen, may: ReadonlySet<Permission>): Seen {
  return { view: { ...view, may, offered: view.offered.filter((action) => may.has(`server.${action}`)) }, install }
}

export async function visibleIds(database: Database, actor: Actor): Promise<string[]> {
  const { rows } = await database.withTenant(actor.userId, (tx) =>
    listServers(tx, { sort: 'name', limit: mostRows }, []),
  )
  return rows.map(({ id }) => id)
}
