// The PostgreSQL schema that holds every table: not `public`, which an application role without inheritance loses.
import { pgSchema, timestamp } from 'drizzle-orm/pg-core'

export const panelSchema = pgSchema('panel')

/** Moments are ISO 8601 texts in the code: the driver's Date handling differs between raw and built queries. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'string', precision: 3 })
