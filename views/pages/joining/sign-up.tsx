// Registering oneself. POST urls.signUp with `email`, and with `name password` where no link is mailed.
import { Banner, Button, ErrorSummary, PasswordField, TextField } from '#views/components/index.ts'
import { BareLayout, type Stage } from '#views/layouts/bare.tsx'
import type { FieldErrors } from '#views/models.ts'
import { urls } from '#views/urls.ts'

export interface SignUpProps extends Stage {
  /** `mail`: name and password come after the link; `by-hand`: an administrator confirms it. */
  readonly mode: 'mail' | 'direct' | 'by-hand'
  readonly values: { readonly name: string; readonly email: string }
  readonly errors: FieldErrors
}

export function SignUpPage({ mode, values, errors, ...stage }: SignUpProps) {
  return (
    <BareLayout {...stage} title="Register" chart="figure">
      <form class="stage-narrow" method="post" action={urls.signUp()}>
        <h1>Make an account</h1>
        {mode === 'mail' ? <p>You get a mail with a link; there you choose name and password.</p> : null}
        {mode === 'by-hand' ? (
          <Banner tone="note">
            This panel sends no mail: an administrator confirms your account before you can sign in.
          </Banner>
        ) : null}
        <ErrorSummary errors={errors} before="you go on" />
        {mode === 'mail' ? null : <NameField value={values.name} error={errors['name']} />}
        <TextField
          field={{ name: 'email', label: 'E-mail', error: errors['email'] }}
          type="email"
          inputmode="email"
          autocomplete="username"
          required
          value={values.email}
        />
        {mode === 'mail' ? null : <NewPasswordField error={errors['password']} />}
        <Button type="submit" kind="primary" size="large" wide>
          {mode === 'mail' ? 'Send me the link' : 'Make the account'}
        </Button>
        <p class="sub">
          There is one already?{' '}
          <a class="link" href={urls.signIn()}>
            Sign in
          </a>
        </p>
      </form>
    </BareLayout>
  )
}

export function NameField({ value, error }: { readonly value: string; readonly error: string | undefined }) {
  return (
    <TextField
      field={{ name: 'name', label: 'Your name', hint: 'As others see it.', error }}
      autocomplete="name"
      required
      maxlength={60}
      value={value}
    />
  )
}

export function NewPasswordField({ error }: { readonly error: string | undefined }) {
  return (
    <PasswordField
      field={{
        name: 'password',
        label: 'Password',
        hint: 'At least 10 characters. Four words that do not belong together are good.',
        error,
      }}
      autocomplete="new-password"
      required
      minlength={10}
    />
  )
}
