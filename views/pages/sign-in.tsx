// Signing in: e-mail and password. Shows the name of the installation and nothing else about it.
import { Banner, Button, PasswordField, TextField } from '#views/components/index.ts'
import { BareLayout, type Stage } from '#views/layouts/bare.tsx'
import { PasskeyButton } from '#views/partials/passkey-button.tsx'
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
  /** Somebody has a passkey here, and this address can use it. */
  readonly passkey: boolean
}

export function SignInPage({ email, error, next, note, mayRegister = false, passkey, ...stage }: SignInProps) {
  const wanted = next === undefined ? null : <input type="hidden" name="next" value={next} />
  return (
    <BareLayout {...stage} title="Sign in" chart="figure" scripts={passkey ? ['passkeys.js'] : []}>
      <div class="stage-narrow">
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
        {passkey ? (
          <form class="stack only-script" method="post" action={urls.signInPasskey()}>
            {wanted}
            <PasskeyButton purpose="sign-in" field="passkey" label="Continue with a passkey" />
            <p class="rule">or with a password</p>
          </form>
        ) : null}
        <form class="stack" method="post" action={urls.signIn()}>
          {wanted}
          <TextField
            field={{ name: 'email', label: 'E-mail' }}
            type="email"
            autocomplete={passkey ? 'username webauthn' : 'username'}
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
          <Button type="submit" kind={passkey ? 'default' : 'primary'} size="large" wide>
            Sign in
          </Button>
        </form>
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
      </div>
    </BareLayout>
  )
}
