import { jsonb, text } from 'drizzle-orm/pg-core'
import { moment, panelSchema } from './panel-schema.ts'

/** The panel's own settings and secrets, one row a key; secret values are encrypted before they come here. */
export const settings = panelSchema.table('settings', {
  key: text('key').primaryKey(),
  value: jsonb('value').$type<unknown>().notNull(),
  updatedAt: moment('updated_at').notNull().defaultNow(),
})
