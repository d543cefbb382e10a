// Deleting a user: what goes, what becomes of the servers, and the address to type. POST urls.userDelete `servers to confirmation`.
import { Button, ButtonLink, ErrorSummary, Icon, TextField } from '#views/components/index.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { FieldErrors, Shell } from '#views/models.ts'
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
    <AppLayout shell={{ ...shell, path: urls.users() }} title={`Delete ${user.name}`} styles={['server.css']}>
      <section class="card question">
        <div class="body">
          <div>
            <h1>Delete {user.name}?</h1>
            <p class="dim">This cannot be undone.</p>
          </div>
          <ErrorSummary errors={errors} before="deleting" />
          <ul class="consequences">
            <li>
              <Icon name="x" />
              <span>The account, its sessions, API keys and memberships go</span>
            </li>
            <li class="kept">
              <Icon name="check" />
              <span>The activity log keeps what it did</span>
            </li>
          </ul>
          <form class="stack" method="post" action={urls.userDelete({ userId: user.id })}>
            {user.servers === 0 ? null : (
              <ServersFate
                count={user.servers}
                chosen={values['servers'] ?? 'transfer'}
                to={values['to'] ?? ''}
                error={errors['to']}
              />
            )}
            <TextField
              field={{ name: 'confirmation', label: `Type ${user.email} to confirm`, error: errors['confirmation'] }}
              value={values['confirmation'] ?? ''}
              autocomplete="off"
              autocapitalize="off"
              spellcheck={false}
              required
            />
            <div class="actions end-actions">
              <ButtonLink href={urls.user({ userId: user.id })}>Keep the account</ButtonLink>
              <Button type="submit" kind="danger-solid">
                Delete user
              </Button>
            </div>
          </form>
        </div>
      </section>
    </AppLayout>
  )
}
