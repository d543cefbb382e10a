// All console sockets of this process: how many a person may have, whether they may still look, whether they live.
import { onRightsChanged } from '#core/auth/rights-changed.ts'
import { PublicError } from '#core/base/errors.ts'
import type { Log } from '#core/base/log.ts'
import type { Database } from '#core/db/database.ts'
import type { LiveViewer } from '#core/panel/context.ts'
import { dismiss } from '#core/panel/live/dismiss.ts'
import type { BrowserSocket } from './browser-socket.ts'

/** Tabs on a few machines. */
const mostPerPerson = 40
const mostInAll = 2000
/** A session that was revoked falls out within twice this. */
const checkEveryMs = 2_000
/** A socket whose ping is unanswered for so long is dead. */
const pingEveryMs = 20_000
/** Sent when somebody may no longer look. */
const mayNot = 4403

interface Entry extends LiveViewer {
  readonly socket: BrowserSocket
}

export interface Sockets extends Disposable {
  /** Throws `too-many-consoles`. Asked before the upgrade, so that the refusal is a plain answer. */
  room(userId: string): void
  add(viewer: LiveViewer, socket: BrowserSocket): Disposable
}

export function openSockets({ database, log, now }: { database: Database; log: Log; now: () => number }): Sockets {
  const open = new Set<Entry>()
  const watchers = () =>
    [...open].map((entry) => ({
      ...entry,
      permission: 'server.console' as const,
      stalled: () => false,
      // Each command asks anew what its sender may.
      changed: () => {},
      close: () => entry.socket.close(mayNot, 'signed out'),
    }))
  const check = () => {
    dismiss(database, watchers(), now()).catch((error: unknown) => {
      // Fails closed: who cannot be checked may not look.
      log.error('those who watch consoles could not be checked', { error })
      for (const watcher of watchers()) watcher.close()
    })
  }
  const listening = onRightsChanged(database, check)
  const every = (ms: number, work: () => void) => setInterval(() => open.size > 0 && work(), ms).unref()
  const timers = [
    every(checkEveryMs, check),
    every(pingEveryMs, () => {
      for (const { socket } of open) if (!socket.alive()) socket.terminate()
    }),
  ]
  return {
    room: (userId) => {
      const own = [...open].filter(({ actor }) => actor.userId === userId).length
      if (own < mostPerPerson && open.size < mostInAll) return
      throw new PublicError('too-many-consoles', 'Too many consoles of this account are open. Close some of them.', {
        status: 429,
      })
    },
    add: (viewer, socket) => {
      const entry = { ...viewer, socket }
      open.add(entry)
      return { [Symbol.dispose]: () => void open.delete(entry) }
    },
    [Symbol.dispose]: () => {
      for (const timer of timers) clearInterval(timer)
      listening[Symbol.dispose]()
      for (const { socket } of open) socket.close(1001, 'closing')
    },
  }
}
