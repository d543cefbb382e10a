// For drizzle-kit: `npm run db:generate` writes the SQL for what changed in schema/; `-- --custom` starts a hand-written one.
import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: './core/db/schema/index.ts',
  out: './drizzle',
  schemaFilter: ['panel'],
})
