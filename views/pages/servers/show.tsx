// The server's page: installation while there is one, afterwards the console and what is measured.
import type { Blueprint } from '#core/domain/blueprint.ts'
import type { ConsoleLineView, InstallView, ServerView, Shell } from '#views/models.ts'

export interface ServerPageProps {
  readonly shell: Shell
  readonly server: ServerView
  readonly blueprint: Blueprint
  /** Given while it installs and after a failed installation. */
  readonly install: InstallView | undefined
  /** The last lines, for readers without JavaScript; at most 200. */
  readonly lines: readonly ConsoleLineView[]
  readonly moreAbove: boolean
}

export function ServerPage({ shell, server, blueprint, install, lines, moreAbove }: ServerPageProps) {
  return (
    <main>
      {shell.instance} {server.name} {blueprint.name} {install?.steps.length} {lines.length} {moreAbove}
    </main>
  )
}
