// Deleting one's own account. POST urls.accountDelete with `servers` and `confirmation`, the address.
import { AppLayout } from '#views/layouts/app.tsx'
import type { FieldErrors, Shell } from '#views/models.ts'
import { Deletion } from '#views/partials/deletion.tsx'
import { ServersFate } from '#views/partials/servers-fate.tsx'
import { urls } from '#views/urls.ts'

export interface AccountDeleteProps {
  readonly shell: Shell
  /** How many are theirs. */
  readonly servers: number
  readonly values: Readonly<Record<string, string>>
  readonly errors: FieldErrors
}

export function AccountDeletePage({ shell, servers, values, errors }: AccountDeleteProps) {
  const { email } = shell.user
  return (
    <AppLayout shell={shell} title="Delete account">
      <Deletion
        question="Delete your account?"
        goes={['Your sessions, API keys and second factors go', 'You are no longer a member of anybody’s server']}
        stays="The activity log keeps what you did, with your name"
        action={urls.accountDelete()}
        confirm={{ name: 'confirmation', text: email, typed: values['confirmation'] ?? '' }}
        errors={errors}
        submit="Delete my account"
        back={{ href: urls.account(), label: 'Keep it' }}
      >
        {servers === 0 ? null : <ServersFate count={servers} chosen={values['servers'] ?? 'transfer'} to={undefined} />}
      </Deletion>
    </AppLayout>
  )
}
