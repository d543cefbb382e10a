// The mail server, whether it works, and what became of the last mails. POST urls.settingsMail with `host port security username
// password from` (an empty password stays as it is), or with `remove`; POST urls.settingsMailTest sends one mail to whoever asks.
import {
  Banner,
  Button,
  Card,
  Empty,
  NumberField,
  PasswordField,
  SelectField,
  Tag,
  TextField,
  Time,
} from '#views/components/index.ts'
import type { FieldErrors, Shell } from '#views/models.ts'
import { SettingsFrame } from '#views/partials/settings-frame.tsx'
import { urls } from '#views/urls.ts'

export interface MailView {
  readonly id: string
  readonly recipient: string
  readonly kind: string
  readonly state: 'waiting' | 'sent' | 'failed'
  readonly createdAt: string
  readonly sentAt: string | undefined
  readonly nextAttemptAt: string | undefined
  readonly attempts: number
  /** Of the last try. */
  readonly error: string | undefined
}

export interface MailSettingsProps {
  readonly shell: Shell
  /** `unset`: links are handed out by hand. */
  readonly source: 'environment' | 'settings' | 'unset'
  /** False: somebody else than the owner, who sees it, tests it and may switch it off. */
  readonly mayChange: boolean
  /** What is typed or stored, by field name; never the password. */
  readonly values: Readonly<Record<string, string>>
  readonly hasPassword: boolean
  readonly errors: FieldErrors
  /** What the links in mails begin with. */
  readonly url: string
  readonly urlConfigured: boolean
  readonly mails: readonly MailView[]
}

export function MailSettingsPage(props: MailSettingsProps) {
  const { shell, source, mayChange, errors, url, urlConfigured, mails } = props
  return (
    <SettingsFrame
      shell={shell}
      title="Mail"
      lead="How the panel writes to people: confirmations, invitations, new passwords."
      errors={errors}
    >
      {source === 'unset' ? (
        <Banner tone="note">
          <strong>No mail server is set.</strong> Nothing is sent: links for invitations and new passwords are shown to
          an administrator, who hands them out.
        </Banner>
      ) : null}
      {urlConfigured ? null : (
        <Banner tone="warn">
          <strong>Links in mails begin with {url}.</strong> People elsewhere cannot open that. Set{' '}
          <code>STELLAR_URL</code> to the panel’s public address and start it again.
        </Banner>
      )}
      <div class="side">
        <div>{source !== 'environment' && mayChange ? <Server {...props} /> : <Shown {...props} />}</div>
        <div>
          <Card title="Test">
            <form method="post" action={urls.settingsMailTest()}>
              <p class="dim">Sends one mail to {shell.user.email} and says what the server answered.</p>
              <div class="actions below">
                <Button type="submit" unavailable={source === 'unset' ? 'No mail server is set' : undefined}>
                  Send a test mail
                </Button>
              </div>
            </form>
          </Card>
        </div>
      </div>
      <Card title="Last mails" note="Contents are encrypted while a mail waits, and removed once it is sent." flush>
        {mails.length === 0 ? (
          <Empty title="No mail yet" text="What is sent shows up here for two weeks." />
        ) : (
          <Mails mails={mails} />
        )}
      </Card>
    </SettingsFrame>
  )
}

function Shown({ source, values }: MailSettingsProps) {
  const fixed = source === 'environment'
  return (
    <Card
      title="Mail server"
      end={fixed ? <Tag icon="lock">from the environment</Tag> : undefined}
      footer={
        source === 'settings' ? (
          <form method="post" action={urls.settingsMail()}>
            <Forget />
          </form>
        ) : undefined
      }
    >
      {source === 'unset' ? null : <Facts values={values} />}
      {fixed ? (
        <p class="dim">
          Set by <code>STELLAR_SMTP_URL</code> and <code>STELLAR_MAIL_FROM</code>; change it there.
        </p>
      ) : (
        <p class="dim">Only the owner sets it: whoever receives the panel’s letters could open any account.</p>
      )}
    </Card>
  )
}

function Facts({ values }: Pick<MailSettingsProps, 'values'>) {
  return (
    <dl class="facts">
      <dt>Server</dt>
      <dd class="mono">
        {values['host']}:{values['port']}
      </dd>
      <dt>Encryption</dt>
      <dd>{securityWords.find(({ value }) => value === values['security'])?.label}</dd>
      <dt>User</dt>
      <dd class="mono">{values['username'] === '' ? 'none' : values['username']}</dd>
      <dt>Sender</dt>
      <dd class="mono">{values['from']}</dd>
    </dl>
  )
}

function Forget() {
  return (
    <Button type="submit" name="remove" value="true" kind="danger">
      Send no mail any more
    </Button>
  )
}

const securityWords = [
  { value: 'starttls', label: 'STARTTLS (usually port 587)' },
  { value: 'tls', label: 'TLS (usually port 465)' },
  { value: 'none', label: 'None: everything in the clear' },
]

function Server({ source, values, hasPassword, errors }: MailSettingsProps) {
  const field = (name: string, label: string, hint?: string) => ({
    name,
    label,
    error: errors[name],
    ...(hint === undefined ? {} : { hint }),
  })
  return (
    <form method="post" action={urls.settingsMail()} novalidate>
      <Card
        title="Mail server"
        footer={
          <>
            <Button type="submit" kind="primary">
              Save
            </Button>
            {source === 'settings' ? <Forget /> : null}
          </>
        }
      >
        <div class="fields">
          <TextField
            field={field('host', 'Server')}
            value={values['host'] ?? ''}
            placeholder="smtp.example.org"
            mono
            required
          />
          <NumberField field={field('port', 'Port')} value={values['port'] ?? '587'} min={1} max={65535} required />
          <SelectField
            field={field('security', 'Encryption')}
            options={securityWords}
            value={values['security'] ?? 'starttls'}
          />
          <TextField
            field={field('from', 'Sender', 'The address that mails come from; the server must let you use it.')}
            value={values['from'] ?? ''}
            type="email"
            placeholder="panel@example.org"
            required
          />
          <TextField
            field={{ ...field('username', 'User name'), optional: true }}
            value={values['username'] ?? ''}
            autocomplete="off"
            mono
          />
          <PasswordField
            field={{
              ...field(
                'password',
                'Password',
                hasPassword ? 'Stored encrypted. Leave it empty to keep it.' : 'Stored encrypted and never shown.',
              ),
              optional: true,
            }}
            autocomplete="new-password"
          />
        </div>
      </Card>
    </form>
  )
}

const tones = { waiting: 'note', sent: 'ok', failed: 'bad' } as const
const stateWords = { waiting: 'waiting', sent: 'sent', failed: 'not sent' } as const

function Mails({ mails }: { readonly mails: readonly MailView[] }) {
  return (
    <ul class="list">
      {mails.map((mail) => (
        <li>
          <div class="main">
            <strong>{mail.recipient}</strong> <span class="sub">{mail.kind}</span>
            <small>
              {mail.state === 'sent' && mail.sentAt !== undefined ? (
                <>
                  sent <Time at={mail.sentAt} />
                </>
              ) : (
                <>
                  put in <Time at={mail.createdAt} />
                  {mail.attempts === 0 ? null : <>, tried {mail.attempts === 1 ? 'once' : `${mail.attempts} times`}</>}
                  {mail.error === undefined ? null : <>: {mail.error}</>}
                  {mail.nextAttemptAt === undefined || mail.error === undefined ? null : (
                    <>
                      {' '}
                      Next try <Time at={mail.nextAttemptAt} />.
                    </>
                  )}
                </>
              )}
            </small>
          </div>
          <Tag tone={tones[mail.state]}>{stateWords[mail.state]}</Tag>
        </li>
      ))}
    </ul>
  )
}
