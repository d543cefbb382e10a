// Cards of the account page about oneself: name, address, how pages look, one's data. POST urls.account `name`; urls.accountEmail
// `email`; urls.accountLook `language timeZone theme`; urls.accountExport; the way to urls.accountDelete.
import { languages, timeZones } from '#core/domain/locale.ts'
import { Avatar, Button, ButtonLink, Card, SelectField, Tag, TextField } from '#views/components/index.ts'
import type { FieldErrors, Shell } from '#views/models.ts'
import { urls } from '#views/urls.ts'

interface Props {
  readonly shell: Shell
  /** Of the form that was refused. */
  readonly errors: FieldErrors
  readonly values: Readonly<Record<string, string>>
}

export function NameCard({ shell, errors, values }: Props) {
  return (
    <Card
      title="You"
      end={<Tag tone={shell.user.isOwner ? 'on' : 'plain'}>{shell.user.isOwner ? 'Owner' : 'Member'}</Tag>}
    >
      <form class="inline-form" method="post" action={urls.account()}>
        <Avatar name={shell.user.name} />
        <TextField
          field={{ name: 'name', label: 'Name', error: errors['name'] }}
          value={values['name'] ?? shell.user.name}
          autocomplete="name"
          maxlength={60}
          required
        />
        <Button type="submit">Save</Button>
      </form>
    </Card>
  )
}

export function EmailCard({ shell, errors, values }: Props) {
  return (
    <Card title="E-mail" note={shell.user.email}>
      <form class="inline-form" method="post" action={urls.accountEmail()}>
        <TextField
          field={{
            name: 'email',
            label: 'Another address',
            hint: 'It changes once both addresses have confirmed it.',
            error: errors['email'],
          }}
          type="email"
          inputmode="email"
          autocomplete="email"
          value={values['email'] ?? ''}
          required
        />
        <Button type="submit">Change…</Button>
      </form>
    </Card>
  )
}

const asBrowser = { value: '', label: 'As the browser' }

export function LookCard({ shell, errors }: Pick<Props, 'shell' | 'errors'>) {
  return (
    <Card title="Look">
      <form class="stack" method="post" action={urls.accountLook()}>
        <SelectField
          field={{ name: 'theme', label: 'Theme', error: errors['theme'] }}
          options={[
            { value: 'system', label: 'As the system' },
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
          ]}
          value={shell.theme}
        />
        <SelectField
          field={{
            name: 'language',
            label: 'Dates and numbers',
            hint: 'Pages are in English.',
            error: errors['language'],
          }}
          options={[asBrowser, ...languages.map(([value, label]) => ({ value, label }))]}
          value={shell.locale?.language ?? ''}
        />
        <SelectField
          field={{ name: 'timeZone', label: 'Time zone', error: errors['timeZone'] }}
          options={[asBrowser, ...timeZones.map((value) => ({ value, label: value.replaceAll('_', ' ') }))]}
          value={shell.locale?.timeZone ?? ''}
        />
        <div class="actions">
          <Button type="submit">Save</Button>
        </div>
      </form>
    </Card>
  )
}

export function DataCard({ shell }: Pick<Props, 'shell'>) {
  return (
    <Card title="Your data">
      <form method="post" action={urls.accountExport()}>
        <p class="dim">Everything the panel knows about you, as one JSON file; without passwords and keys.</p>
        <div class="actions below">
          <Button type="submit" icon="download">
            Export
          </Button>
          {shell.user.isOwner ? null : (
            <ButtonLink href={urls.accountDelete()} kind="danger">
              Delete account…
            </ButtonLink>
          )}
        </div>
      </form>
    </Card>
  )
}
