// `stellar server console` at a terminal: live lines above, a command line below.
import { createInterface } from 'node:readline'
import { clean, remark, say } from '#core/cli/output.ts'
import { whole } from './amounts.ts'
import { connect, type PanelChoice } from './connect.ts'
import { pipeConsole } from './console-pipe.ts'
import { findServer } from './find.ts'
import { followConsole } from './live.ts'
import { recordJson, recordText } from './records.ts'

export interface ConsoleValues extends PanelChoice {
  readonly lines?: string
  readonly timestamps?: boolean
  readonly json?: boolean
}

export async function consoleOf([typed = '']: readonly string[], values: ConsoleValues): Promise<number> {
  const api = connect(values)
  const terminal = process.stdin.isTTY && process.stdout.isTTY && !values.json
  const tail = whole('lines', values.lines ?? (terminal ? '100' : '0'), 5000)
  const { id, name } = await findServer(api, typed)
  const looks = { colours: process.stdout.isTTY, times: values.timestamps ?? false }
  if (!terminal) {
    await pipeConsole(api, id, tail, (record) => say(values.json ? recordJson(record) : recordText(record, looks)))
    return 0
  }
  const life = new AbortController()
  const lines = createInterface({ input: process.stdin, output: process.stdout, prompt: '› ' })
  /** What is typed stays below what is said. */
  const above = (write: () => void) => {
    process.stdout.write('\r\u001b[2K')
    write()
    if (!life.signal.aborted) lines.prompt(true)
  }
  const live = followConsole({
    api,
    serverId: id,
    from: { tail },
    signal: life.signal,
    onRecord: (record) => above(() => say(recordText(record, looks))),
    onStatus: (words) => above(() => remark(`— ${words} —`)),
    onRefusal: (sentence) => above(() => remark(`stellar: ${clean(sentence)}`)),
  })
  remark(`The console of ${clean(name)}. Ctrl-D leaves it; the server runs on.`)
  lines.prompt()
  lines.on('line', (line) => {
    if (line.trim() === '') lines.prompt()
    else if (!live.send(line)) above(() => remark('stellar: There is no connection now; the command was not sent.'))
  })
  lines.once('SIGINT', () => lines.close())
  process.once('SIGTERM', () => lines.close())
  lines.once('close', () => life.abort())
  try {
    await live.ended
  } finally {
    lines.close()
    process.stdout.write('\n')
  }
  return 0
}
