// Signing in, second half: a code, a recovery code or a passkey. The form sends itself at six digits.
import { Banner, Button, TextField } from '#views/components/index.ts'
import { BareLayout, type Stage } from '#views/layouts/bare.tsx'
import { PasskeyButton } from '#views/partials/passkey-button.tsx'
import { urls } from '#views/urls.ts'

export interface SignInSecondProps extends Stage {
  readonly code: boolean
  /** Asks for a recovery code instead. */
  readonly recovery: boolean
  readonly passkey: boolean
  readonly error: string | undefined
}

export function SignInSecondPage({ code, recovery, passkey, error, ...stage }: SignInSecondProps) {
  return (
    <BareLayout {...stage} title="Second step" chart="figure" scripts={['passkeys.js', 'one-time-code.js']}>
      <form class="stage-narrow" method="post" action={urls.signInSecond()}>
        <h1>{recovery ? 'Use a recovery code' : 'One more step'}</h1>
        {error === undefined ? null : (
          <Banner tone="bad" role="alert">
            <strong>{error}</strong>
          </Banner>
        )}
        {passkey && !recovery ? (
          <PasskeyButton purpose="second-factor" field="passkey" label="Continue with a passkey" />
        ) : null}
        {recovery ? (
          <TextField
            field={{ name: 'code', label: 'Recovery code', hint: 'Ten letters and digits. Each works once.' }}
            autocomplete="off"
            spellcheck={false}
            autofocus
            required
            maxlength={20}
            mono
          />
        ) : code ? (
          <TextField
            field={{ name: 'code', label: 'Code', hint: 'Six digits from your authenticator app.' }}
            autocomplete="one-time-code"
            inputmode="numeric"
            autofocus={!passkey}
            required
            maxlength={20}
            mono
            data-one-time-code
          />
        ) : null}
        {recovery || code ? (
          <Button type="submit" kind={passkey && !recovery ? 'default' : 'primary'} size="large" wide>
            Sign in
          </Button>
        ) : null}
        <p>
          {recovery ? (
            code || passkey ? (
              <a class="link" href={urls.signInSecond()}>
                Use another way
              </a>
            ) : null
          ) : (
            <a class="link" href={`${urls.signInSecond()}?with=recovery`}>
              Use a recovery code
            </a>
          )}{' '}
          <a class="link" href={urls.signIn()}>
            Start again
          </a>
        </p>
      </form>
    </BareLayout>
  )
}
