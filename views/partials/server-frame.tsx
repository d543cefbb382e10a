// The frame of every page of one server: the shell, and the helm with name, state, address and power.
import type { Child } from 'hono/jsx'
import { Copy } from '#views/components/copy.tsx'
import { Plate } from '#views/components/plate.tsx'
import { AppLayout } from '#views/layouts/app.tsx'
import type { ServerView, Shell } from '#views/models.ts'
import { urls } from '#views/urls.ts'
import { HelmPower } from './helm-power.tsx'
import { HelmState } from './helm-state.tsx'
import { SuspendedBanner } from './suspended-banner.tsx'

export interface ServerFrameProps {
  readonly shell: Shell
  readonly server: ServerView
  /** Of the tab; the server's name follows it in the window's title. */
  readonly title: string
  /** The tab, where the page's own address is none. */
  readonly place?: string
  /** The console: the server's name is the page's heading, and the page itself does not scroll. */
  readonly fill?: boolean
  readonly scripts?: readonly string[]
  readonly styles?: readonly string[]
  readonly children?: Child
}

export function ServerFrame({
  shell,
  server,
  title,
  place,
  fill = false,
  scripts = [],
  styles = [],
  children,
}: ServerFrameProps) {
  return (
    <AppLayout
      shell={shell}
      title={`${title} · ${server.name}`}
      place={place}
      stream={`${urls.events()}?server=${encodeURIComponent(server.id)}`}
      server={server}
      kind={fill ? 'fill' : 'page'}
      scripts={['ages.js', ...scripts]}
      styles={['server.css', ...styles]}
      helm={<Helm server={server} heading={fill} />}
    >
      {fill ? null : <SuspendedBanner server={server} />}
      {children}
    </AppLayout>
  )
}

function Helm({ server, heading }: { readonly server: ServerView; readonly heading: boolean }) {
  return (
    <>
      <div class="helm-id row">
        <Plate plate={server.blueprint.plate} seed={server.blueprint.id} />
        <div>
          {heading ? <h1 class="name cut">{server.name}</h1> : <p class="name cut">{server.name}</p>}
          <p class="sub cut not-phone">
            {server.blueprint.name} · {server.node.name}
          </p>
          <HelmState server={server} />
        </div>
      </div>
      <div class="helm-address not-phone">
        <Copy value={server.address} what="address" />
      </div>
      <div class="row end">
        <HelmPower server={server} />
      </div>
    </>
  )
}
