// A full page for a refusal or a failure: what, why, what still works, one way on.
import { ButtonLink, Copy, StarChart } from '#views/components/index.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import { BareLayout } from '#views/layouts/bare.tsx'
import type { Shell } from '#views/models.ts'
import { urls } from '#views/urls.ts'

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

export function ErrorPage({ shell, instance, version, ...error }: ErrorProps) {
  if (shell) {
    return (
      <AppLayout shell={shell} title={error.title}>
        <div class="failure-page stack">
          <Failure {...error} />
          <StarChart />
        </div>
      </AppLayout>
    )
  }
  return (
    <BareLayout title={error.title} instance={instance ?? 'Stellar'} version={version ?? ''} chart="plain">
      <Failure {...error} />
    </BareLayout>
  )
}

function Failure({ status, title, message, hint, requestId }: Omit<ErrorProps, 'shell' | 'instance' | 'version'>) {
  return (
    <div class="failure">
      <code>{requestId === undefined ? status : `${status} · ${requestId}`}</code>
      <h1>{title}</h1>
      <p>
        {message}
        {hint === undefined ? '' : ` ${hint}`}
      </p>
      <div class="actions">
        {status === 401 ? (
          <ButtonLink href={urls.signIn()} kind="primary">
            Sign in
          </ButtonLink>
        ) : status >= 500 || status === 429 ? (
          <ButtonLink href="" kind="primary" icon="refresh-cw">
            Try again
          </ButtonLink>
        ) : (
          <ButtonLink href={urls.servers()} kind="primary">
            All servers
          </ButtonLink>
        )}
        {requestId === undefined ? null : <Copy value={requestId} what="reference" />}
      </div>
    </div>
  )
}
