// Signing in: e-mail and password. Shows the name of the installation and nothing else about it.
import { Banner, Button, PasswordField, TextField } from '#views/components/index.ts'
import { BareLayout, type Stage } from '#views/layouts/bare.tsx'
import { PasskeyButton } from '#views/partials/passkey-button.tsx'
import { ProviderButton, type ProviderPlace } from '#views/partials/provider-button.tsx'
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
  readonly providers: readonly ProviderPlace[]
  /** False where people come in through providers alone: the form stands behind a link, for the owner. */
  readonly passwords: boolean
}

export function SignInPage(props: SignInProps) {
  const { error, next, note, passkey, providers, passwords, instance, version, theme } = props
  const stage = { instance, version, theme }
  const offersPasskey = passkey && passwords
  return (
    <BareLayout {...stage} title="Sign in" chart="figure" scripts={offersPasskey ? ['passkeys.js'] : []}>
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
        {offersPasskey ? (
          <form class="stack only-script" method="post" action={urls.signInPasskey()}>
            <Wanted next={next} />
            <PasskeyButton purpose="sign-in" field="passkey" label="Continue with a passkey" />
            <p class="rule row">or with a password</p>
          </form>
        ) : null}
        {passwords ? <PasswordForm {...props} offersPasskey={offersPasskey} /> : null}
        {providers.length === 0 ? null : (
          <div class="providers">
            {providers.map((provider) => (
              <ProviderButton
                provider={provider}
                action={urls.signInWith({ providerId: provider.id })}
                label={passwords ? provider.label : `Continue with ${provider.label}`}
                next={next}
                wide
              />
            ))}
          </div>
        )}
        {passwords ? null : (
          <p class="sub">
            <a class="link" href={`${urls.signIn()}?owner`}>
              The owner signs in with a password
            </a>
          </p>
        )}
      </div>
    </BareLayout>
  )
}

function Wanted({ next }: Pick<SignInProps, 'next'>) {
  return next === undefined ? null : <input type="hidden" name="next" value={next} />
}

function PasswordForm({
  email,
  next,
  mayRegister = false,
  offersPasskey,
}: SignInProps & { readonly offersPasskey: boolean }) {
  return (
    <>
      <form class="stack" method="post" action={urls.signIn()}>
        <Wanted next={next} />
        <TextField
          field={{ name: 'email', label: 'E-mail' }}
          type="email"
          autocomplete={offersPasskey ? 'username webauthn' : 'username'}
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
        <Button type="submit" kind={offersPasskey ? 'default' : 'primary'} size="large" wide>
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
    </>
  )
}
