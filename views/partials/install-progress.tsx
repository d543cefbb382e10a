// Steps, layers and the end of a failed installation. Its root carries ids.serverInstall(id): push it with
// hx-swap="outerMorph". The live log is the console itself and is not part of it.
import { ids } from '#views/ids.ts'
import type { InstallView, ServerView } from '#views/models.ts'

export interface InstallProgressProps {
  readonly server: ServerView
  readonly install: InstallView
}

export function InstallProgressPart({ server, install }: InstallProgressProps) {
  return <div id={ids.serverInstall(server.id)}>{install.steps.length}</div>
}
