// What is in a backup of a panel, entry by entry:
//
//   manifest.json               first: what it is, of which version, with the shape of the database
//   keys/secret.key             without it the secrets in the database cannot be read; the link's authority is one of them
//   config/stellar.config.ts    when there is one
//   plugins/…                   what lies in $STELLAR_DATA/plugins
//   database/<table>/<number>   runs of rows, the tables in the manifest's order
//   counters.json               of sequences
//   checksums.json              last, see archive.ts
//
// Not in it: servers' files and the identity of a node, which belong to the node's machine.
import { z } from 'zod'
import { shapeSchema } from '#core/db/dump/shape.ts'

export const names = {
  manifest: 'manifest.json',
  secretKey: 'keys/secret.key',
  config: 'config/stellar.config.ts',
  plugins: 'plugins/',
  database: 'database/',
  counters: 'counters.json',
} as const

/** A change that an older program would misread bumps it. */
export const contentsFormat = 1

export const manifestSchema = z.object({
  format: z.int(),
  version: z.string().max(40),
  at: z.string().max(40),
  database: shapeSchema,
  /** As `stellar config show` showed them, secrets hidden: for whoever sets up the new machine. */
  settings: z.array(z.object({ setting: z.string(), value: z.string(), from: z.string() })).max(200),
})
export type Manifest = z.output<typeof manifestSchema>

export const countersSchema = z.record(z.string().max(63), z.string().regex(/^-?\d{1,19}$/))
