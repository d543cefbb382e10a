// Deleting one's own account. POST urls.accountDelete with `servers` and `confirmation`, the address.
import { Button, ButtonLink, ErrorSummary, Icon, TextField } from '#views/components/index.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { FieldErrors, Shell } from '#views/models.ts'
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
    <AppLayout shell={{ ...shell, path: urls.account() }} title="Delete account" styles={['server.css']}>
      <section class="card question">
        <div class="body">
          <div>
            <h1>Delete your account?</h1>
            <p class="dim">This cannot be undone.</p>
          </div>
          <ErrorSummary errors={errors} before="deleting" />
          <ul class="consequences">
            <li>
              <Icon name="x" />
              <span>Your sessions, API keys and second factors go</span>
            </li>
            <li>
              <Icon name="x" />
              <span>You are no longer a member of anybody’s server</span>
            </li>
            <li class="kept">
              <Icon name="check" />
              <span>The activity log keeps what you did, with your name</span>
            </li>
          </ul>
          <form class="stack" method="post" action={urls.accountDelete()}>
            {servers === 0 ? null : (
              <ServersFate count={servers} chosen={values['servers'] ?? 'transfer'} to={undefined} />
            )}
            <TextField
              field={{ name: 'confirmation', label: `Type ${email} to confirm`, error: errors['confirmation'] }}
              value={values['confirmation'] ?? ''}
              autocomplete="off"
              autocapitalize="off"
              spellcheck={false}
              required
            />
            <div class="actions end-actions">
              <ButtonLink href={urls.account()}>Keep it</ButtonLink>
              <Button type="submit" kind="danger-solid">
                Delete my account
              </Button>
            </div>
          </form>
        </div>
      </section>
    </AppLayout>
  )
}
