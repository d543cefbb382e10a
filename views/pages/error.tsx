// A full page for a refusal or a failure: what, why, what still works, one way on.
import { BareLayout } from '#views/layouts/bare.tsx'
import type { Shell } from '#views/models.ts'

export interface ErrorProps {
  readonly status: number
  readonly title: string
  readonly message: string
  /** What can be done about it, one sentence. */
  readonly hint: string | undefined
  /** Also in the log. */
  readonly requestId: string | undefined
  /** Given when somebody is signed in. */
  readonly shell?: Shell | undefined
  readonly instance?: string | undefined
  readonly version?: string | undefined
}

export function ErrorPage({ status, title, message, hint, requestId, shell, instance, version }: ErrorProps) {
  return (
    <BareLayout
      title={title}
      instance={shell?.instance ?? instance ?? 'Stellar'}
      version={shell?.version ?? version ?? ''}
      theme={shell?.theme}
    >
      {status} {message} {hint} {requestId}
    </BareLayout>
  )
}
