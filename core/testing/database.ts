// A migrated database of its own for a test file, gone when the test disposes of it.
import type { OpenDatabase } from '#core/db/open.ts'

export type TestDatabase = OpenDatabase

export function testDatabase(): Promise<TestDatabase> {
  throw new Error('Not there yet.')
}
