// On the way to a provider: the header Refresh leads there at once. Not a redirect: the security policy lets forms end only here.
import { BareLayout, type Stage } from '#views/layouts/bare.tsx'

export interface DepartureProps extends Stage {
  readonly label: string
  readonly url: string
}

export function DeparturePage({ label, url, ...stage }: DepartureProps) {
  return (
    <BareLayout {...stage} title={`On to ${label}`} chart="figure">
      <div class="stage-narrow">
        <h1>On to {label}…</h1>
        <p>
          It tells this panel who you are, and you come back.{' '}
          <a class="link" href={url}>
            Go on
          </a>{' '}
          if nothing happens.
        </p>
      </div>
    </BareLayout>
  )
}
