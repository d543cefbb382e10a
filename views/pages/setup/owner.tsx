// Set-up, first step: the owner's account. POST urls.setup with `token name email password`.
import { Button, ErrorSummary, PasswordField, Steps, TextField } from '#views/components/index.ts'
import { BareLayout, type Stage } from '#views/layouts/bare.tsx'
import type { FieldErrors } from '#views/models.ts'
import { urls } from '#views/urls.ts'

export const setupSteps = ['Owner account', 'This machine', 'First server']

export interface SetupOwnerProps extends Stage {
  /** Proof that the set-up address was opened, sent along; empty: the form asks for the token. */
  readonly token: string
  readonly values: { readonly name: string; readonly email: string }
  readonly errors: FieldErrors
}

export function SetupOwnerPage({ token, values, errors, ...stage }: SetupOwnerProps) {
  return (
    <BareLayout {...stage} title="Set up" chart="plain" foot={<span>Nothing leaves this machine during set-up.</span>}>
      <form class="stage-narrow" method="post" action={urls.setup()}>
        <Steps names={setupSteps} current={0} />
        <h1>Welcome. Who runs this place?</h1>
        <p>The owner can do everything. Keep it to one person and invite others later.</p>
        <ErrorSummary errors={errors} before="you go on" />
        {token === '' ? (
          <TextField
            field={{
              name: 'token',
              label: 'Set-up token',
              hint: 'Stellar printed it when it started, at the end of the address.',
              error: errors['token'],
            }}
            mono
            required
            autocomplete="off"
            spellcheck={false}
          />
        ) : (
          <input type="hidden" name="token" value={token} />
        )}
        <TextField
          field={{ name: 'name', label: 'Your name', error: errors['name'] }}
          autocomplete="name"
          required
          maxlength={60}
          value={values.name}
        />
        <TextField
          field={{ name: 'email', label: 'E-mail', hint: 'You sign in with it.', error: errors['email'] }}
          type="email"
          inputmode="email"
          autocomplete="username"
          required
          value={values.email}
        />
        <PasswordField
          field={{
            name: 'password',
            label: 'Password',
            hint: 'At least 10 characters. Four words that do not belong together are good.',
            error: errors['password'],
          }}
          autocomplete="new-password"
          required
          minlength={10}
        />
        <Button type="submit" kind="primary" size="large" wide>
          Continue
        </Button>
      </form>
    </BareLayout>
  )
}
