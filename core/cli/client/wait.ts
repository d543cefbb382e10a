// Waits until a server is where it should be. Asks again and again: a command line has no page that something could be
// pushed to, and one question a second costs the panel nothing.
import { setTimeout as delay } from 'node:timers/promises'
import { exits, Refused } from '#core/cli/exit.ts'
import { clean } from '#core/cli/output.ts'
import type { Api } from './api.ts'
import { exitWords } from './look.ts'
import type { Server } from './shapes.ts'

const everyMs = 700
/** After the node took an action up its next word may be a moment away. */
const settleMs = 3_000

/** Done, not yet, or the sentence why it never will be. */
type Verdict = 'done' | 'waiting' | { readonly failed: string }

export interface Wait {
  readonly seconds: number
  judge(server: Server): Verdict
  /** After each look at it. */
  onLook?(server: Server): Promise<void> | void
}

export async function waitFor(api: Api, id: string, { seconds, judge, onLook }: Wait): Promise<Server> {
  const deadline = performance.now() + seconds * 1000
  let failingSince: number | undefined
  for (;;) {
    const server = await api.get<Server>(`/servers/${id}`)
    await onLook?.(server)
    const verdict = judge(server)
    if (verdict === 'done') return server
    if (verdict === 'waiting') failingSince = undefined
    else {
      failingSince ??= performance.now()
      if (performance.now() - failingSince > settleMs) {
        throw new Refused(exits.failed, 'did-not-succeed', verdict.failed, {
          hint: `See \`stellar server logs ${clean(server.name)}\`.`,
          details: { state: server.state },
        })
      }
    }
    if (performance.now() > deadline) {
      throw new Refused(
        exits.late,
        'took-too-long',
        `${clean(server.name)} is ${server.state} after ${seconds} seconds.`,
        {
          hint: 'It goes on by itself; --timeout waits longer.',
          details: { state: server.state },
        },
      )
    }
    await delay(everyMs)
  }
}

export function untilRunning(before?: Pick<Server, 'startedAt'>): Wait['judge'] {
  return (server) => {
    const again = before !== undefined && before.startedAt !== null && server.startedAt === before.startedAt
    if (server.state === 'running' && !server.pending && !again) return 'done'
    return stuck(server, ['crashed', 'stopped', 'suspended', 'install-failed'], 'did not start')
  }
}

export function untilStopped(): Wait['judge'] {
  return (server) => {
    if (!server.pending && ['stopped', 'crashed', 'suspended'].includes(server.state)) return 'done'
    return 'waiting'
  }
}

function stuck(server: Server, states: readonly string[], words: string): Verdict {
  if (server.pending || !states.includes(server.state)) return 'waiting'
  const why = server.reason ?? exitWords(server)
  return {
    failed: `${clean(server.name)} ${words}: it is ${server.state}${why ? `. ${clean(why)}` : ''}.`.replace('..', '.'),
  }
}
