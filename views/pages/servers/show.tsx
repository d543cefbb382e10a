// The server's page: installation while there is one, afterwards the console and what is measured.
import type { Blueprint } from '#core/domain/blueprint.ts'
import type { ConsoleLineView, InstallView, ServerView, Shell } from '#views/models.ts'
import { Console, LostBanner } from '#views/partials/console.tsx'
import { isInstalling } from '#views/partials/helm-state.tsx'
import { InstallProgressPart } from '#views/partials/install-progress.tsx'
import { ServerFrame } from '#views/partials/server-frame.tsx'
import { ServerNotices } from '#views/partials/server-notices.tsx'
import { ServerTiles } from '#views/partials/server-tiles.tsx'

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

// Everything is in the page from the start, and the phase decides what is shown (static/css/server/install.css). The script takes
// it from the helm's state, which is pushed: an installation that ends while somebody watches turns into the console
// without losing a line of its log.
export function ServerPage({ shell, server, install, lines, moreAbove }: ServerPageProps) {
  return (
    <ServerFrame shell={shell} server={server} title="Console" fill scripts={['console.js', 'charts.js']}>
      <div class="server-page" data-server-page data-phase={isInstalling(server) ? 'install' : 'run'}>
        <div class="server-banners">
          <LostBanner server={server} />
          <ServerNotices server={server} />
        </div>
        <InstallProgressPart server={server} install={install} />
        <Console server={server} lines={lines} moreAbove={moreAbove} />
        <ServerTiles server={server} />
      </div>
    </ServerFrame>
  )
}
