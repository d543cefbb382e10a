// The stage outside the shell: sign-in, set-up, errors before anybody is known.
import type { Child } from 'hono/jsx'
import type { Shell } from '#views/models.ts'
import { Document } from './document.tsx'

/** What a page outside the shell knows. */
export interface Stage {
  readonly instance: string
  readonly version: string
  readonly theme?: Shell['theme'] | undefined
}

export interface BareLayoutProps extends Stage {
  readonly title: string
  readonly children?: Child
}

export function BareLayout({ title, instance, version, theme, children }: BareLayoutProps) {
  return (
    <Document title={title} instance={instance} version={version} theme={theme ?? 'system'}>
      <main id="main">{children}</main>
    </Document>
  )
}
