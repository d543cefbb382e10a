// What a failed statement was given ends in no log: drizzle writes the values into its message, PostgreSQL the whole row
// into the detail, and there are hashes of passwords, addresses and what people typed among them.
import { DrizzleQueryError } from 'drizzle-orm'

/** The same error, which keeps the statement, the code and the sentence of PostgreSQL. */
export function withoutValues(error: unknown): unknown {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (each instanceof DrizzleQueryError) {
      const shown = `Failed query: ${each.query}`
      const stack = each.stack?.replace(each.message, () => shown)
      each.params = []
      each.message = shown
      if (stack !== undefined) each.stack = stack
    }
    if ('detail' in each && 'severity' in each) Reflect.deleteProperty(each, 'detail')
  }
  return error
}
