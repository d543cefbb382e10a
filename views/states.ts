// States in words and marks, the same wherever a server is shown.
import type { ShownState } from '#core/domain/server.ts'
import type { Mark } from '#views/components/state-mark.tsx'
import type { ServerView } from '#views/models.ts'

export const stateWords: Readonly<Record<ShownState, string>> = {
  running: 'Running',
  starting: 'Starting',
  stopping: 'Stopping',
  stopped: 'Stopped',
  crashed: 'Crashed',
  installing: 'Installing',
  'install-failed': 'Installation failed',
  suspended: 'Suspended',
  unreachable: 'Not sure',
  deleting: 'Deleting',
}

const marks: Readonly<Record<ShownState, Mark>> = {
  running: 'running',
  starting: 'starting',
  stopping: 'stopping',
  stopped: 'stopped',
  crashed: 'crashed',
  installing: 'installing',
  'install-failed': 'crashed',
  suspended: 'suspended',
  unreachable: 'unreachable',
  deleting: 'stopping',
}

/** What is running but never became ready, or waits for a command to be taken up, does not look healthy. */
export function stateMark(server: Pick<ServerView, 'state' | 'notReady'>): Mark {
  return server.notReady && (server.state === 'running' || server.state === 'starting')
    ? 'attention'
    : marks[server.state]
}

/** A given command shows at once that it was given, never that it is done. */
export function stateWord(server: Pick<ServerView, 'state' | 'notReady' | 'pending' | 'pendingAction'>): string {
  if (server.pending)
    return `${stateWords[server.state]}, ${server.state === 'unreachable' ? waits(server) : 'command sent'}`
  if (server.notReady && server.state === 'starting') return 'Not ready'
  return stateWords[server.state]
}

/** Of a command that was given while the node is away. */
export function waits({ pendingAction }: Pick<ServerView, 'pendingAction'>): string {
  return `${pendingAction ?? 'command'} waits for the node`
}
