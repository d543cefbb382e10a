// A browser at a server's console, over the same socket: sends commands, waits for lines, and counts what it got and
// what it was told it missed.
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { decodeRecords } from '#core/domain/console.ts'

export interface Viewer extends Disposable {
  send(command: string): void
  /** Resolves when a line of the game is this text. */
  said(text: string, withinMs?: number): Promise<void>
  /** Records since the start, commands among them, and those it was told are missing. */
  readonly shown: number
  readonly missed: number
}

const deadlineMs = 20_000

export async function openViewer(url: string, cookie: string, serverId: string): Promise<Viewer> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/servers/${serverId}/console?tail=0`, {
    headers: { cookie, origin: url },
  })
  await once(socket, 'open', { signal: AbortSignal.timeout(deadlineMs) })
  const waiting = new Map<string, () => void>()
  const count = { shown: 0, missed: 0 }
  socket.on('message', (data: Buffer, binary) => {
    if (!binary) return
    const { shown, missed } = countRecords(data)
    count.shown += shown
    count.missed += missed
    if (waiting.size === 0) return
    for (const { kind, text } of decodeRecords(data.toString())) if (kind === 'o') waiting.get(text.trim())?.()
  })
  return {
    get shown() {
      return count.shown
    },
    get missed() {
      return count.missed
    },
    send: (command) => socket.send(JSON.stringify({ input: command })),
    said: (text, withinMs = deadlineMs) =>
      new Promise((done, fail) => {
        const end = (result: () => void) => {
          clearTimeout(timer)
          waiting.delete(text)
          result()
        }
        const timer = setTimeout(() => end(() => fail(new Error(`“${text}” was not said in time`))), withinMs)
        waiting.set(text, () => end(done))
      }),
    [Symbol.dispose]: () => socket.terminate(),
  }
}

/** Without taking them apart: whoever counts a flood and measures echoes beside it must not be what makes them late. */
function countRecords(data: Buffer): { shown: number; missed: number } {
  let lines = 0
  for (let at = data.indexOf(0x0a); at !== -1; at = data.indexOf(0x0a, at + 1)) lines += 1
  const gaps = [...data.toString('latin1').matchAll(/^\d+ \d+ g(\d+)$/gm)].map(([, missing]) => Number(missing))
  return { shown: lines - gaps.length, missed: gaps.reduce((sum, missing) => sum + missing, 0) }
}

/**
 * From the command to its echo, in milliseconds. In turns over several sockets, because each may send five commands a
 * second only.
 */
export async function echoes(viewers: readonly Viewer[], count: number, everyMs: number): Promise<number[]> {
  const times: number[] = []
  for (let turn = 0; turn < count; turn += 1) {
    const viewer = viewers[turn % viewers.length]
    if (!viewer) throw new Error('nobody watches')
    const word = `echo-${process.hrtime.bigint()}`
    const begin = performance.now()
    const said = viewer.said(word)
    viewer.send(`echo ${word}`)
    await said
    times.push(performance.now() - begin)
    await new Promise((done) => setTimeout(done, Math.max(0, begin + everyMs - performance.now())))
  }
  return times
}

/** How long an answer may take, and how often it is asked for. */
const answerMs = 1000
const mostQuestions = 20

/**
 * Makes the game say something until that is shown: in a flood the first answers may be among what is dropped. Says how
 * many commands it took.
 */
export async function saidAtLast(viewer: Viewer, text: string): Promise<number> {
  for (let sent = 1; sent <= mostQuestions; sent += 1) {
    const shown = viewer.said(`${text} ${sent}`, answerMs).then(
      () => true,
      () => false,
    )
    viewer.send(`echo ${text} ${sent}`)
    if (await shown) return sent
  }
  throw new Error(`“${text}” was asked for ${mostQuestions} times and never shown`)
}
