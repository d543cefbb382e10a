// A link for a new password. POST urls.forgot `email`.
import { Banner, Button, ButtonLink, TextField } from '#views/components/index.ts'
import { BareLayout, type Stage } from '#views/layouts/bare.tsx'
import { urls } from '#views/urls.ts'

export interface ForgotProps extends Stage {
  /** False: the panel sends no mail, so that there is nothing to ask for here. */
  readonly possible: boolean
  readonly email: string
  readonly error: string | undefined
}

export function ForgotPage({ possible, email, error, ...stage }: ForgotProps) {
  return (
    <BareLayout {...stage} title="New password" chart="figure">
      <form class="stage-narrow" method="post" action={urls.forgot()}>
        <h1>Choose a new password</h1>
        {possible ? (
          <>
            <p>You get a mail with a link that works for one hour.</p>
            <TextField
              field={{ name: 'email', label: 'E-mail', error }}
              type="email"
              inputmode="email"
              autocomplete="username"
              required
              value={email}
            />
            <Button type="submit" kind="primary" size="large" wide>
              Send me the link
            </Button>
          </>
        ) : (
          <Banner tone="note">
            <strong>This panel sends no mail.</strong> Ask an administrator of it for a link.
          </Banner>
        )}
        <ButtonLink href={urls.signIn()} wide>
          Back to sign-in
        </ButtonLink>
      </form>
    </BareLayout>
  )
}
