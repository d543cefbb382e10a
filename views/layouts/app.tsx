// The frame around every page of a signed-in person. Order for the keyboard: skip link, rail, helm, page.
import type { Child } from 'hono/jsx'
import { Banner, Button, Icon } from '#views/components/index.ts'
import { ids } from '#views/ids.ts'
import type { Shell } from '#views/models.ts'
import { Flash } from '#views/partials/flash.tsx'
import { urls } from '#views/urls.ts'
import { Document, shellScripts } from './document.tsx'
import { Brand, Rail, type ServerPlace, TabBar } from './navigation.tsx'

export interface AppLayoutProps {
  readonly shell: Shell
  readonly title: string
  /** Under which entry of the navigation it is, where the page's own address does not say so. */
  readonly place?: string | undefined
  /** Address of the page's one event stream, e.g. `/events?topic=servers`. */
  readonly stream?: string | undefined
  /** Given on the pages of one server: the rail then holds its tabs. */
  readonly server?: ServerPlace | undefined
  /** Sticky strip above the page: contents of the `<header class="helm">`; on a phone it takes the place of the top bar. */
  readonly helm?: Child
  /** `fill`: the page itself does not scroll, its panel does. */
  readonly kind?: 'page' | 'fill'
  readonly scripts?: readonly string[]
  readonly styles?: readonly string[]
  readonly children?: Child
}

export function AppLayout(props: AppLayoutProps) {
  const {
    shell,
    title,
    place = shell.path,
    stream,
    server,
    helm,
    kind = 'page',
    scripts = [],
    styles = [],
    children,
  } = props
  return (
    <Document
      title={title}
      instance={shell.instance}
      version={shell.version}
      theme={shell.theme}
      locale={shell.locale}
      scripts={[...shellScripts, ...scripts]}
      styles={styles}
      live={stream !== undefined}
      bodyClass={kind === 'fill' ? 'app app-fill' : 'app'}
    >
      <a class="skip" href={`#${ids.main}`}>
        Skip to the page
      </a>
      <Rail shell={shell} place={place} server={server} />
      <div class="frame">
        {helm ? (
          <header class="helm row">
            <a class="button ghost icon-only only-phone" href={urls.servers()} aria-label="All servers">
              <Icon name="chevron-left" />
            </a>
            {helm}
          </header>
        ) : (
          <header class="topbar row only-phone">
            <Brand instance={shell.instance} />
            <a class="button ghost icon-only" href={urls.servers()} data-palette aria-label="Search">
              <Icon name="search" />
            </a>
          </header>
        )}
        {shell.impersonated ? (
          <aside aria-label="Whose account this is">
            <Impersonated name={shell.user.name} />
          </aside>
        ) : null}
        <div id="lost" hidden />
        <main id={ids.main} tabindex={-1}>
          {kind === 'fill' ? children : <div class="page">{children}</div>}
        </main>
      </div>
      <TabBar shell={shell} place={place} server={server} />
      {stream === undefined ? null : <div id={ids.stream} hidden hx-sse:connect={stream} hx-swap="none" />}
      <div id={ids.announce} class="sr" role="status" aria-live="polite" />
      <div id={ids.toasts} class="toasts">
        {shell.flash ? <Flash flash={shell.flash} /> : null}
      </div>
      <div id={ids.dialog} />
    </Document>
  )
}

/** On every page, so that nobody forgets whose account this is. */
function Impersonated({ name }: { readonly name: string }) {
  return (
    <Banner
      tone="warn"
      actions={
        <form method="post" action={urls.impersonationEnd()}>
          <Button type="submit" size="small">
            Back to my own account
          </Button>
        </form>
      }
    >
      <strong>You look through the account of {name}.</strong> What you do is written down with your name.
    </Banner>
  )
}
