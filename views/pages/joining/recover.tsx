// The owner's way back in. POST urls.recover with `token password removeFactors`.
import { Button, CheckField, ErrorSummary, PasswordField } from '#views/components/index.ts'
import { BareLayout, type Stage } from '#views/layouts/bare.tsx'
import type { FieldErrors } from '#views/models.ts'
import { PasswordOf } from '#views/partials/password-of.tsx'
import { urls } from '#views/urls.ts'

export interface RecoverProps extends Stage {
  readonly token: string
  readonly email: string
  readonly removeFactors: boolean
  readonly errors: FieldErrors
}

export function RecoverPage({ token, email, removeFactors, errors, ...stage }: RecoverProps) {
  return (
    <BareLayout {...stage} title="Recovery" chart="figure">
      <form class="stage-narrow" method="post" action={urls.recover()}>
        <h1>Come back in</h1>
        <p>
          As the owner, {email}. Every browser that is signed in with this account is signed out, and this address works
          once.
        </p>
        <ErrorSummary errors={errors} before="you go on" />
        <input type="hidden" name="token" value={token} />
        <PasswordOf email={email} />
        <PasswordField
          field={{
            name: 'password',
            label: 'New password',
            optional: true,
            hint: 'At least 10 characters. Left empty, the present one stays.',
            error: errors['password'],
          }}
          autocomplete="new-password"
        />
        <CheckField
          field={{
            name: 'removeFactors',
            label: 'Remove authenticator app, passkeys and recovery codes',
            hint: 'When they are lost. Set up new ones afterwards.',
          }}
          checked={removeFactors}
        />
        <Button type="submit" kind="primary" size="large" wide>
          Sign in
        </Button>
      </form>
    </BareLayout>
  )
}
