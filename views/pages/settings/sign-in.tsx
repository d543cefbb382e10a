// How people get accounts and sign in. POST urls.settingsSignIn with `registration verifyEmail secondFactor providersOnly sessionDays`.
import { Banner, Button, Card, CheckField, NumberField, SelectField } from '#views/components/index.ts'
import type { FieldErrors, Shell } from '#views/models.ts'
import { SettingsFrame } from '#views/partials/settings-frame.tsx'
import { urls } from '#views/urls.ts'

export interface SignInSettingsProps {
  readonly shell: Shell
  /** Stored or typed, as text by field name; switches are `true` or absent. */
  readonly values: Readonly<Record<string, string>>
  readonly errors: FieldErrors
  readonly byMail: boolean
}

export function SignInSettingsPage({ shell, values, errors, byMail }: SignInSettingsProps) {
  return (
    <SettingsFrame shell={shell} title="Sign-in" lead="How people get accounts, and how they sign in." errors={errors}>
      {byMail || values['registration'] !== 'open' ? null : (
        <Banner tone="note">
          <strong>No mail server is set.</strong> Whoever registers waits until an administrator confirms the account on
          its page.
        </Banner>
      )}
      <form class="stack" method="post" action={urls.settingsSignIn()} novalidate>
        <Card title="Accounts">
          <div class="fields">
            <SelectField
              field={{
                name: 'registration',
                label: 'Registration',
                hint: 'Administrators can always invite and make users.',
                error: errors['registration'],
              }}
              options={[
                { value: 'off', label: 'Off' },
                { value: 'invitation', label: 'By invitation: the page says whom to ask' },
                { value: 'open', label: 'Open to everybody' },
              ]}
              value={values['registration'] ?? 'off'}
            />
            <CheckField
              field={{
                name: 'verifyEmail',
                label: 'Addresses are confirmed',
                hint: 'Who registers signs in only after the link in a mail was opened.',
              }}
              look="switch"
              checked={values['verifyEmail'] === 'true'}
            />
          </div>
        </Card>
        <Card title="Signing in">
          <div class="fields">
            <SelectField
              field={{
                name: 'secondFactor',
                label: 'Second factor',
                hint: 'Who must have one and has none is asked to set it up first.',
                error: errors['secondFactor'],
              }}
              options={[
                { value: 'none', label: 'Up to each person' },
                { value: 'admins', label: 'Required of administrators' },
                { value: 'all', label: 'Required of everybody' },
              ]}
              value={values['secondFactor'] ?? 'none'}
            />
            <NumberField
              field={{
                name: 'sessionDays',
                label: 'A browser stays signed in for',
                hint: 'After its last use. Sessions that exist keep their time.',
                error: errors['sessionDays'],
              }}
              unit="days"
              value={values['sessionDays'] ?? '7'}
              min={1}
              max={90}
            />
            <CheckField
              field={{
                name: 'providersOnly',
                label: 'Providers only',
                hint: 'No passwords, but for the owner. Set up a provider first.',
              }}
              look="switch"
              checked={values['providersOnly'] === 'true'}
            />
          </div>
        </Card>
        <div class="actions">
          <Button type="submit" kind="primary">
            Save
          </Button>
        </div>
      </form>
    </SettingsFrame>
  )
}
