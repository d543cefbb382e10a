// The stage outside the shell: sign-in, set-up, errors before anybody is known.
import type { Child } from 'hono/jsx'
import { Logo, StarChart } from '#views/components/index.ts'
import { ids } from '#views/ids.ts'
import type { Shell } from '#views/models.ts'
import { Document, shellScripts } from './document.tsx'

/** What a page outside the shell knows. */
export interface Stage {
  readonly instance: string
  readonly version: string
  readonly theme?: Shell['theme'] | undefined
}

export interface BareLayoutProps extends Stage {
  readonly title: string
  /** `figure`: with its constellation. */
  readonly chart?: 'none' | 'plain' | 'figure'
  readonly foot?: Child
  /** It asks again by itself: without script it is loaded again every half minute. */
  readonly live?: boolean
  readonly scripts?: readonly string[]
  readonly children?: Child
}

export function BareLayout(props: BareLayoutProps) {
  const {
    title,
    instance,
    version,
    theme = 'system',
    chart = 'none',
    foot,
    live = false,
    scripts = [],
    children,
  } = props
  return (
    <Document
      title={title}
      instance={instance}
      version={version}
      theme={theme}
      scripts={[...shellScripts, ...scripts]}
      live={live}
      bodyClass="stage"
    >
      <header class="stage-head row">
        <span class="brand row">
          <Logo />
          <strong>Stellar</strong>
        </span>
        {instance === 'Stellar' ? null : <span>{instance}</span>}
      </header>
      <main id={ids.main} tabindex={-1}>
        {children}
      </main>
      <footer class="stage-foot row">{foot}</footer>
      {chart === 'none' ? null : <StarChart withFigure={chart === 'figure'} />}
      <div id={ids.announce} class="sr" role="status" aria-live="polite" />
      <div id={ids.toasts} class="toasts" />
    </Document>
  )
}
