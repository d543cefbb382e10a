// A process that opens the database as a panel would and then waits, for tests that kill it. It tells its parent how
// that went: `node core/testing/panel-database.ts <data directory>`, started with an IPC channel.
import { messageOf } from '#core/base/errors.ts'
import { silentLog } from '#core/base/log.ts'
import { openDatabase } from '#core/db/open.ts'

const dataDirectory = process.argv[2]
if (dataDirectory === undefined) throw new Error('Which data directory?')
try {
  const database = await openDatabase({ url: undefined, dataDirectory, log: silentLog })
  process.once('message', () => void database[Symbol.asyncDispose]().then(() => process.disconnect()))
  process.send?.({ ready: database.description })
} catch (error) {
  process.send?.({ refused: messageOf(error) })
  process.disconnect()
}
