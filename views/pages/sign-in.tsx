// Signing in: e-mail and password. Shows the name of the installation and nothing else about it.
import { Banner, Button, PasswordField, TextField } from '#views/components/index.ts'
import { BareLayout, type Stage } from '#views/layouts/bare.tsx'
import { urls } from '#views/urls.ts'

export interface SignInProps extends Stage {
  /** As typed, after a failed try. */
  readonly email: string
  /** One sentence that does not say which half was wrong. */
  readonly error: string | undefined
  /** Where to go afterwards, a path of ours. */
  readonly next: string | undefined
  /** Something that was just done, e.g. a password saved. */
  readonly note?: string | undefined
  readonly mayRegister?: boolean
}

export function SignInPage({ email, error, next, note, mayRegister = false, ...stage }: SignInProps) {
  return (
    <BareLayout {...stage} title="Sign in" chart="figure">
      <form class="stage-narrow" method="post" action={urls.signIn()}>
        <h1>{stage.instance === 'Stellar' ? 'Sign in' : `Sign in to ${stage.instance}`}</h1>
        {error === undefined ? null : (
          <Banner tone="bad" role="alert">
            <strong>{error}</strong>
          </Banner>
        )}
        {note === undefined ? null : (
          <Banner tone="ok" role="status">
            {note}
          </Banner>
        )}
        {next === undefined ? null : <input type="hidden" name="next" value={next} />}
        <TextField
          field={{ name: 'email', label: 'E-mail' }}
          type="email"
          autocomplete="username"
          inputmode="email"
          required
          value={email}
          autofocus={email === ''}
        />
        <PasswordField
          field={{ name: 'password', label: 'Password' }}
          autocomplete="current-password"
          required
          autofocus={email !== ''}
        />
        <Button type="submit" kind="primary" size="large" wide>
          Sign in
        </Button>
        <p class="sub">
          <a class="link" href={urls.forgot()}>
            Forgot the password?
          </a>
          {mayRegister ? (
            <>
              {' · '}
              <a class="link" href={urls.signUp()}>
                Make an account
              </a>
            </>
          ) : null}
        </p>
      </form>
    </BareLayout>
  )
}
