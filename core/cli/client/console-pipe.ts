// The console in a pipe: sends what comes on standard input, and ends a moment after the answer to the last line of it.
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { remark } from '#core/cli/output.ts'
import type { ConsoleRecord } from '#core/domain/console.ts'
import type { Api } from './api.ts'
import { lastLines } from './history.ts'
import { followConsole } from './live.ts'

/** A command's echo comes within this, or its node is too busy to wait for. */
const echoMs = 10_000
/** What a game says to the last command comes within this; for more there is `logs`. */
const answerMs = 1_000

export async function pipeConsole(
  api: Api,
  serverId: string,
  tail: number,
  print: (record: ConsoleRecord) => void,
): Promise<void> {
  // Where the console is now: a stream that began “now” could begin after the first command.
  const before = await lastLines(api, serverId, Math.max(1, tail))
  for (const record of tail > 0 ? before : []) print(record)
  const life = new AbortController()
  const heard = new EventTarget()
  let echoes = 0
  const live = followConsole({
    api,
    serverId,
    from: { after: before.at(-1)?.number ?? 0 },
    signal: life.signal,
    onRecord: (record) => {
      print(record)
      if (record.kind !== 'i') return
      echoes++
      heard.dispatchEvent(new Event('echo'))
    },
    onStatus: (words) => remark(`— ${words} —`),
    onRefusal: () => undefined,
  })
  const sendAll = async () => {
    let sent = 0
    for await (const line of createInterface({ input: process.stdin, terminal: false })) {
      if (line.trim() === '') continue
      await api.post(`/servers/${serverId}/console`, { command: line })
      sent++
    }
    const late = AbortSignal.timeout(echoMs)
    const missing = () => echoes < sent && !late.aborted
    while (missing()) await once(heard, 'echo', { signal: late }).catch(() => undefined)
    await delay(answerMs)
  }
  process.once('SIGINT', () => life.abort())
  try {
    await Promise.race([live.ended, sendAll()])
  } finally {
    life.abort()
  }
}
