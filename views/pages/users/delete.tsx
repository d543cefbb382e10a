// Deleting a user: what goes, what becomes of the servers, and the address to type. POST urls.userDelete `servers to confirmation`.
import { AppLayout } from '#views/layouts/app.tsx'
import type { FieldErrors, Shell } from '#views/models.ts'
import { Deletion } from '#views/partials/deletion.tsx'
import { ServersFate } from '#views/partials/servers-fate.tsx'
import { urls } from '#views/urls.ts'
import type { UserView } from './models.ts'

export interface UserDeleteProps {
  readonly shell: Shell
  readonly user: UserView
  readonly values: Readonly<Record<string, string>>
  readonly errors: FieldErrors
}

export function UserDeletePage({ shell, user, values, errors }: UserDeleteProps) {
  return (
    <AppLayout shell={shell} title={`Delete ${user.name}`}>
      <Deletion
        question={`Delete ${user.name}?`}
        goes={['The account, its sessions, API keys and memberships go']}
        stays="The activity log keeps what it did"
        action={urls.userDelete({ userId: user.id })}
        confirm={{ name: 'confirmation', text: user.email, typed: values['confirmation'] ?? '' }}
        errors={errors}
        submit="Delete user"
        back={{ href: urls.user({ userId: user.id }), label: 'Keep the account' }}
      >
        {user.servers === 0 ? null : (
          <ServersFate
            count={user.servers}
            chosen={values['servers'] ?? 'transfer'}
            to={values['to'] ?? ''}
            error={errors['to']}
          />
        )}
      </Deletion>
    </AppLayout>
  )
}
