// “Is it still you?”, asked before a dangerous act. The form that was sent stands here in hidden fields and goes on from here.
import { Banner, Button, PasswordField, TextField } from '#views/components/index.ts'
import { BareLayout, type Stage } from '#views/layouts/bare.tsx'
import { PasskeyButton } from '#views/partials/passkey-button.tsx'
import { ProviderButton, type ProviderPlace } from '#views/partials/provider-button.tsx'
import { urls } from '#views/urls.ts'

export interface ProveProps extends Stage {
  /** Where the kept form goes. */
  readonly action: string
  readonly kept: readonly (readonly [name: string, value: string])[]
  /** Ways this person has. */
  readonly password: boolean
  readonly code: boolean
  readonly passkey: boolean
  /** Linked ones, for whoever has nothing else. */
  readonly providers: readonly ProviderPlace[]
  readonly error: string | undefined
}

export function ProvePage(props: ProveProps) {
  const { action, kept, password, code, passkey, providers, error, ...stage } = props
  const own = password || code || passkey
  return (
    <BareLayout {...stage} title="Is it you?" chart="plain" scripts={['passkeys.js']}>
      <form class="stage-narrow" method="post" action={action} data-kept>
        <h1>Is it still you?</h1>
        <p>What you are about to do matters, so show once more who you are. {own ? 'Your changes are kept.' : ''}</p>
        {error === undefined ? null : (
          <Banner tone="bad" role="alert">
            <strong>{error}</strong>
          </Banner>
        )}
        {kept.map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        {passkey ? <PasskeyButton purpose="prove" field="proof.passkey" label="Use a passkey" /> : null}
        {password ? (
          <PasswordField
            field={{ name: 'proof.password', label: 'Password', optional: passkey || code }}
            autocomplete="current-password"
            autofocus={!passkey}
          />
        ) : null}
        {code ? (
          <TextField
            field={{
              name: 'proof.code',
              label: 'Code of your authenticator app',
              optional: passkey || password,
            }}
            inputmode="numeric"
            autocomplete="one-time-code"
            maxlength={20}
            mono
          />
        ) : null}
        {password || code ? (
          <Button type="submit" kind="primary" size="large" wide>
            Go on
          </Button>
        ) : null}
        <p>
          <a class="link" href={urls.accountSecurity()}>
            Do not do it
          </a>
        </p>
      </form>
      {own ? null : (
        <div class="stage-narrow">
          <p>You sign in with another service. Show it there, then repeat what you were about to do.</p>
          {providers.map((provider) => (
            <ProviderButton
              provider={provider}
              action={urls.accountProveWith({ providerId: provider.id })}
              label={`Continue with ${provider.label}`}
              wide
            />
          ))}
        </div>
      )}
    </BareLayout>
  )
}
