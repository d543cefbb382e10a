// The frame around every page of a signed-in person: rail, helm, main part, phone bars.
import type { Child } from 'hono/jsx'
import type { Shell } from '#views/models.ts'
import { Document } from './document.tsx'

export interface AppLayoutProps {
  readonly shell: Shell
  readonly title: string
  /** Address of the page's one event stream, e.g. `/events?topic=servers`. */
  readonly stream?: string | undefined
  /** Given on the pages of one server: the rail then holds its tabs. */
  readonly server?: { readonly id: string; readonly name: string } | undefined
  /** Sticky strip above the page: contents of the `<header class="helm">`; on a phone it takes the place of the top bar. */
  readonly helm?: Child
  /** `fill`: the page itself does not scroll, its panel does. */
  readonly kind?: 'page' | 'fill'
  readonly scripts?: readonly string[]
  readonly styles?: readonly string[]
  readonly children?: Child
}

export function AppLayout({ shell, title, helm, children, scripts, styles }: AppLayoutProps) {
  return (
    <Document
      title={title}
      instance={shell.instance}
      version={shell.version}
      theme={shell.theme}
      {...(scripts ? { scripts } : {})}
      {...(styles ? { styles } : {})}
    >
      {helm ? <header class="helm">{helm}</header> : null}
      <main id="main">{children}</main>
    </Document>
  )
}
