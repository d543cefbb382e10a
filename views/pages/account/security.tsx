// How one signs in and where one is signed in: password, second factors, passkeys, browsers.

import { browserName } from '#views/browser-name.ts'
import {
  Button,
  Card,
  ErrorSummary,
  Icon,
  PageHead,
  PasswordField,
  Tag,
  TextField,
  Time,
} from '#views/components/index.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { FieldErrors, Shell } from '#views/models.ts'
import { AccountTabs } from '#views/partials/account-tabs.tsx'
import { PasskeyButton } from '#views/partials/passkey-button.tsx'
import { urls } from '#views/urls.ts'

export interface SessionView {
  readonly id: string
  /** True for the browser that asks. */
  readonly current: boolean
  /** True: an administrator looks through the account; from where is not told. */
  readonly impersonated: boolean
  /** ISO times. */
  readonly createdAt: string
  readonly lastUsedAt: string
  readonly address: string | undefined
  readonly userAgent: string | undefined
}

export interface PasskeyView {
  readonly id: string
  readonly name: string
  readonly createdAt: string
  readonly lastUsedAt: string | undefined
  /** Kept by a password manager, so it works on other devices as well. */
  readonly backedUp: boolean
}

export interface SecurityProps {
  readonly shell: Shell
  readonly factors: {
    readonly password: boolean
    readonly totp: boolean
    readonly passkeys: number
    readonly recoveryCodes: number
  }
  readonly passkeys: readonly PasskeyView[]
  /** False: browsers make none at this address. */
  readonly passkeysPossible: boolean
  /** The person showed a moment ago who they are: a device may be asked at once. */
  readonly proven: boolean
  readonly sessions: readonly SessionView[]
  readonly errors: FieldErrors
}

export function SecurityPage(props: SecurityProps) {
  const { shell, factors, sessions, errors } = props
  return (
    <AppLayout shell={shell} title="Security" scripts={['passkeys.js']}>
      <PageHead title="Account" lead={shell.user.email} />
      <AccountTabs current={urls.accountSecurity()} />
      <ErrorSummary errors={errors} before="saving" />
      <div class="side">
        <div>
          <PasswordCard has={factors.password} errors={errors} />
          <AppCard factors={factors} />
          <PasskeysCard {...props} />
        </div>
        <div>
          <Sessions sessions={sessions} />
        </div>
      </div>
    </AppLayout>
  )
}

function PasswordCard({ has, errors }: { readonly has: boolean; readonly errors: FieldErrors }) {
  return (
    <Card title="Password" note={has ? undefined : 'You have none and sign in by other means.'}>
      <form class="stack" method="post" action={urls.accountPassword()}>
        {has ? (
          <PasswordField
            field={{ name: 'current', label: 'Present password', error: errors['current'] }}
            autocomplete="current-password"
            required
          />
        ) : null}
        <PasswordField
          field={{
            name: 'password',
            label: 'New password',
            hint: 'At least 10 characters. Four words that do not belong together are good.',
            error: errors['password'],
          }}
          autocomplete="new-password"
          required
        />
        <div class="actions">
          <Button type="submit">{has ? 'Change password' : 'Set password'}</Button>
        </div>
      </form>
    </Card>
  )
}

function AppCard({ factors }: Pick<SecurityProps, 'factors'>) {
  const second = factors.totp || factors.passkeys > 0
  return (
    <Card
      title="Authenticator app"
      end={<Tag tone={factors.totp ? 'on' : 'plain'}>{factors.totp ? 'On' : 'Off'}</Tag>}
      flush
    >
      <ul class="list">
        <li>
          <Icon name="shield-check" />
          <div class="main">
            <strong>Six-digit codes</strong>
            <small>
              {factors.totp
                ? 'Asked for after your password.'
                : 'A code from your phone, asked for after your password: a stolen password alone opens nothing.'}
            </small>
          </div>
          {factors.totp ? (
            <form method="post" action={urls.accountTotpRemoval()}>
              <Button type="submit" kind="danger" size="small">
                Remove…
              </Button>
            </form>
          ) : (
            <form method="post" action={urls.accountTotp()}>
              <Button type="submit" size="small">
                Set up…
              </Button>
            </form>
          )}
        </li>
        {second ? (
          <li>
            <Icon name="lock" />
            <div class="main">
              <strong>Recovery codes</strong>
              <small>
                {factors.recoveryCodes === 0 ? 'None left.' : `${factors.recoveryCodes} left.`} For when your phone or
                key is gone.
              </small>
            </div>
            <form method="post" action={urls.accountRecoveryCodes()}>
              <Button type="submit" size="small">
                Make new ones…
              </Button>
            </form>
          </li>
        ) : null}
      </ul>
    </Card>
  )
}

function PasskeysCard({ passkeys, passkeysPossible, proven, errors }: SecurityProps) {
  return (
    <Card
      title="Passkeys"
      note="Finger, face, PIN or a hardware key in place of password and code."
      flush
      footer={
        !passkeysPossible ? (
          <p class="sub">
            Browsers make passkeys only under a name over HTTPS, or for localhost. Open this panel that way to add one.
          </p>
        ) : proven ? (
          <form class="inline-form" method="post" action={urls.accountPasskeys()}>
            <TextField
              field={{
                name: 'name',
                id: 'f-passkeyName',
                label: 'Name of a new passkey',
                hint: 'e.g. “Laptop” or “Blue key”.',
                error: errors['passkeyName'],
              }}
              maxlength={60}
              required
            />
            <PasskeyButton purpose="register" field="passkey" label="Add passkey" kind="default" />
          </form>
        ) : (
          <form method="post" action={urls.accountPasskeys()}>
            <input type="hidden" name="name" value="Passkey" />
            <Button type="submit" icon="plus">
              Add a passkey…
            </Button>
          </form>
        )
      }
    >
      <ul class="list">
        {passkeys.map((key) => (
          <li>
            <Icon name="key-round" />
            <div class="main">
              <strong>{key.name}</strong> {key.backedUp ? <Tag tone="plain">synced</Tag> : null}
              <small>
                made <Time at={key.createdAt} />
                {key.lastUsedAt === undefined ? ', never used' : <>, used {<Time at={key.lastUsedAt} as="ago" />}</>}
              </small>
            </div>
            <form method="post" action={urls.accountPasskeyRemoval({ passkeyId: key.id })}>
              <Button type="submit" kind="danger" size="small">
                Remove…
                <span class="sr"> {key.name}</span>
              </Button>
            </form>
          </li>
        ))}
        {passkeys.length === 0 ? <li class="sub">None yet.</li> : null}
      </ul>
    </Card>
  )
}

function Sessions({ sessions }: { readonly sessions: readonly SessionView[] }) {
  return (
    <Card
      title="Signed in"
      flush
      footer={
        sessions.length > 1 ? (
          <form method="post" action={urls.accountOtherSessions()}>
            <Button type="submit" size="small">
              Sign out everywhere else
            </Button>
          </form>
        ) : undefined
      }
    >
      <ul class="list">
        {sessions.map((session) => (
          <li>
            <Icon name="monitor" />
            <div class="main">
              <strong>{sessionName(session)}</strong> {session.current ? <Tag tone="on">this one</Tag> : null}
              <small>
                {session.impersonated ? 'Looks through this account' : (session.address ?? 'unknown address')}, used{' '}
                <Time at={session.lastUsedAt} as="ago" />, {session.impersonated ? 'since' : 'signed in'}{' '}
                <Time at={session.createdAt} />
              </small>
            </div>
            <form method="post" action={urls.accountSessions({ sessionId: session.id })}>
              <Button type="submit" size="small">
                Sign out
                <span class="sr"> {sessionName(session)}</span>
              </Button>
            </form>
          </li>
        ))}
      </ul>
    </Card>
  )
}

const sessionName = ({ impersonated, userAgent }: SessionView): string =>
  impersonated ? 'An administrator' : browserName(userAgent)
