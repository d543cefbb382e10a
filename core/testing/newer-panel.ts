// What a newer release might do that does not work here: it brings the database to where no older program can follow, and
// then fails, at once or by never becoming ready. Started by the fake programs of upgrade.integration.test.ts.
import { silentLog } from '#core/base/log.ts'
import { migrate, migrations } from '#core/db/migrate.ts'
import { openServer } from '#core/db/open.ts'

const [how] = process.argv.slice(2)
const dataDirectory = process.env['STELLAR_DATA'] ?? ''
{
  await using server = await openServer({ url: process.env['DATABASE_URL'], dataDirectory, log: silentLog })
  const sql = 'DELETE FROM panel.activity; ALTER TABLE panel.users RENAME COLUMN name TO full_name'
  await migrate(server.target, silentLog, [...migrations(), { name: '9999_future', sql }])
}
if (how === 'fails') {
  process.stderr.write('stellar: The moon is in the wrong quarter.\n')
  process.exitCode = 1
} else setInterval(() => {}, 60_000)
