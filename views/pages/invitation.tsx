// The invitation as whoever holds its link sees it: by whom, to what, and yes or no.
import { Banner, Button, ButtonLink, Empty, Time } from '#views/components/index.ts'
import { BareLayout, type Stage } from '#views/layouts/bare.tsx'
import { urls } from '#views/urls.ts'

export interface InvitationPageProps extends Stage {
  readonly offer:
    | {
        readonly serverName: string
        readonly invitedBy: string
        readonly email: string
        /** Of the preset; undefined: single permissions. */
        readonly role: string | undefined
        /** Each completes “You may …”. */
        readonly may: readonly string[]
        readonly expiresAt: string
      }
    | undefined
  /** Undefined: nobody is signed in. */
  readonly signedInAs: { readonly name: string; readonly email: string } | undefined
  /** Why the answer could not be taken. */
  readonly error: string | undefined
}

export function InvitationPage({ offer, signedInAs, error, ...stage }: InvitationPageProps) {
  return (
    <BareLayout {...stage} title="Invitation" chart="figure">
      <div class="stage-narrow">
        {error === undefined ? null : (
          <Banner tone="bad" role="alert">
            <strong>{error}</strong>
          </Banner>
        )}
        {offer === undefined ? (
          <Empty
            title="This invitation is over"
            text="It was answered, withdrawn, or has expired. Whoever invited you can send another one."
            actions={<ButtonLink href={urls.home()}>To the panel</ButtonLink>}
          />
        ) : (
          <>
            <h1>{offer.serverName}</h1>
            <p>
              <strong>{offer.invitedBy}</strong> invites you{offer.role ? ` as ${offer.role.toLowerCase()}` : ''}. Valid
              until <Time at={offer.expiresAt} />.
            </p>
            <details>
              <summary>What you may do there</summary>
              <ul class="bullets">
                {offer.may.map((words) => (
                  <li>{words}</li>
                ))}
              </ul>
            </details>
            {signedInAs === undefined ? (
              <>
                <p class="dim">Sign in to answer. The invitation waits in this browser for an hour.</p>
                <ButtonLink
                  href={`${urls.signIn()}?next=${encodeURIComponent(urls.invitation())}`}
                  kind="primary"
                  size="large"
                  wide
                >
                  Sign in
                </ButtonLink>
              </>
            ) : (
              <form method="post" action={urls.invitation()} class="stack">
                <p class="dim">
                  You are signed in as {signedInAs.name}
                  {signedInAs.email.toLowerCase() === offer.email.toLowerCase()
                    ? ''
                    : ` (${signedInAs.email}); the invitation was meant for ${offer.email}`}
                  .
                </p>
                <Button type="submit" name="answer" value="accept" kind="primary" size="large" wide>
                  Accept
                </Button>
                <Button type="submit" name="answer" value="decline" wide>
                  Decline
                </Button>
              </form>
            )}
          </>
        )}
      </div>
    </BareLayout>
  )
}
