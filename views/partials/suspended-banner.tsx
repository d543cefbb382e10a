// Above every page of a suspended server: why, what that means, and who can end it.
import { Banner, Time } from '#views/components/index.ts'
import type { ServerView } from '#views/models.ts'

export function SuspendedBanner({ server: { suspended, state } }: { readonly server: ServerView }) {
  if (suspended === undefined || state === 'deleting') return null
  return (
    <Banner tone="bad" mark="suspended">
      <p>
        <strong>Suspended</strong> since <Time at={suspended.since} />: {suspended.reason}
      </p>
      <p>Its files stay. Nobody can start or change it until an administrator of this panel lifts the suspension.</p>
    </Banner>
  )
}
