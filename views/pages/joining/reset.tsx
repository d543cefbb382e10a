// The link for a new password. POST urls.reset with `token password`.
import { Button, ErrorSummary } from '#views/components/index.ts'
import { BareLayout, type Stage } from '#views/layouts/bare.tsx'
import type { FieldErrors } from '#views/models.ts'
import { PasswordOf } from '#views/partials/password-of.tsx'
import { urls } from '#views/urls.ts'
import { NewPasswordField } from './sign-up.tsx'

export interface ResetProps extends Stage {
  readonly token: string
  readonly email: string
  readonly errors: FieldErrors
}

export function ResetPage({ token, email, errors, ...stage }: ResetProps) {
  return (
    <BareLayout {...stage} title="New password" chart="figure">
      <form class="stage-narrow" method="post" action={urls.reset()}>
        <h1>Choose a new password</h1>
        <p>For {email}. Every browser that is signed in with it is signed out.</p>
        <ErrorSummary errors={errors} before="you go on" />
        <input type="hidden" name="token" value={token} />
        <PasswordOf email={email} />
        <NewPasswordField error={errors['password']} />
        <Button type="submit" kind="primary" size="large" wide>
          Save the password
        </Button>
      </form>
    </BareLayout>
  )
}
