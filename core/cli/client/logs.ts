// `stellar server logs` and `server send`: lines that were, and one command.
import { say } from '#core/cli/output.ts'
import type { ConsoleRecord } from '#core/domain/console.ts'
import { whole } from './amounts.ts'
import type { Api } from './api.ts'
import { connect, type PanelChoice } from './connect.ts'
import { findServer } from './find.ts'
import { lastLines, linesWith } from './history.ts'
import { followConsole } from './live.ts'
import { recordJson, recordText } from './records.ts'

interface LogValues extends PanelChoice {
  readonly lines?: string
  readonly search?: string
  readonly follow?: boolean
  readonly timestamps?: boolean
  readonly json?: boolean
}

const mostLines = 100_000

export async function logsOf([typed = '']: readonly string[], values: LogValues): Promise<number> {
  const api = connect(values)
  const wanted = whole('lines', values.lines ?? '200', mostLines)
  const { id } = await findServer(api, typed)
  const looks = { colours: process.stdout.isTTY, times: values.timestamps ?? false }
  const print = (record: ConsoleRecord) => say(values.json ? recordJson(record) : recordText(record, looks))
  const records =
    values.search === undefined ? await lastLines(api, id, wanted) : await linesWith(api, id, values.search, wanted)
  for (const record of records) print(record)
  if (values.follow) await followOn(api, id, records.at(-1)?.number, print)
  return 0
}

async function followOn(
  api: Api,
  id: string,
  last: number | undefined,
  print: (record: ConsoleRecord) => void,
): Promise<void> {
  const life = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => life.abort())
  await followConsole({
    api,
    serverId: id,
    from: last === undefined ? { tail: 0 } : { after: last },
    signal: life.signal,
    onRecord: print,
    onStatus: (words) => process.stderr.write(`— ${words} —\n`),
    onRefusal: () => undefined,
  }).ended
}

export async function sendTo([typed = '', ...words]: readonly string[], values: PanelChoice): Promise<number> {
  const api = connect(values)
  const { id } = await findServer(api, typed)
  await api.post(`/servers/${id}/console`, { command: words.join(' ') })
  return 0
}
