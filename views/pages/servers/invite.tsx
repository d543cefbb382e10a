// Invite somebody to a server: to which address, and what they may do. A preset is enough; the single permissions stand
// below it.
import { Button, ButtonLink, Card, ErrorSummary, PageHead, TextField } from '#views/components/index.ts'
import type { FieldErrors, ServerView, Shell } from '#views/models.ts'
import { PermissionChoice, type PermissionRow } from '#views/partials/permission-choice.tsx'
import { ServerFrame } from '#views/partials/server-frame.tsx'
import { urls } from '#views/urls.ts'
import type { PresetView } from './people.tsx'

export interface InvitePageProps {
  readonly shell: Shell
  readonly server: ServerView
  readonly email: string
  readonly preset: string
  readonly presets: readonly PresetView[]
  readonly rows: readonly PermissionRow[]
  readonly sendsMail: boolean
  readonly errors: FieldErrors
}

export function InvitePage({ shell, server, email, preset, presets, rows, sendsMail, errors }: InvitePageProps) {
  return (
    <ServerFrame shell={shell} server={server} title="Invite" scripts={['people.js']} styles={['people.css']}>
      <PageHead
        title="Invite somebody"
        lead={
          sendsMail
            ? `They get a mail with a link to ${server.name}.`
            : 'This panel sends no mail: you get a link to hand out.'
        }
      />
      <ErrorSummary errors={errors} before="inviting" />
      <form class="stack" method="post" action={urls.serverInvite(server)} novalidate data-people>
        <Card title="Who">
          <div class="fields one">
            <TextField
              field={{ name: 'email', label: 'E-mail', error: errors['email'] }}
              type="email"
              value={email}
              maxlength={254}
              autocomplete="off"
              required
            />
          </div>
        </Card>
        <section class="card" data-person="" role="group" aria-labelledby="may-title">
          <header>
            <h2 id="may-title">What they may do</h2>
          </header>
          <div class="body">
            <div class="actions presets" role="radiogroup" aria-label="Role">
              {presets.map((each) => (
                <label class="check">
                  <input
                    type="radio"
                    name="preset"
                    value={each.id}
                    checked={each.id === preset}
                    data-preset
                    data-may={each.permissions.join(' ')}
                  />
                  <span>
                    {each.name}
                    <small>{each.words}</small>
                  </span>
                </label>
              ))}
              <label class="check">
                <input type="radio" name="preset" value="custom" checked={preset === 'custom'} data-preset />
                <span>
                  Custom
                  <small>exactly what is ticked below</small>
                </span>
              </label>
            </div>
            {errors['permissions'] === undefined ? null : <p class="error">{errors['permissions']}</p>}
            <details open={preset === 'custom'}>
              <summary>
                <span class="link">Every permission</span>
              </summary>
              <div class="may-columns">
                <PermissionChoice prefix="may" rows={rows} />
              </div>
            </details>
          </div>
          <footer>
            <Button type="submit" kind="primary">
              {sendsMail ? 'Send the invitation' : 'Make the link'}
            </Button>
            <ButtonLink href={urls.serverPeople(server)} kind="ghost">
              Cancel
            </ButtonLink>
          </footer>
        </section>
      </form>
    </ServerFrame>
  )
}
