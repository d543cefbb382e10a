// A person's own page: profile and API keys. Forms of the profile: account/profile.tsx; POST urls.accountKeys `name` makes a key; POST urls.accountKey revokes it.
import { Banner, Button, Card, CheckField, Command, Icon, PageHead, TextField, Time } from '#views/components/index.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { FieldErrors, Shell } from '#views/models.ts'
import { AccountTabs } from '#views/partials/account-tabs.tsx'
import { urls } from '#views/urls.ts'
import { DataCard, EmailCard, LookCard, NameCard } from './account/profile.tsx'

export interface KeyView {
  readonly id: string
  readonly name: string
  /** The first characters, to recognise it by. */
  readonly prefix: string
  readonly createdAt: string
  readonly lastUsedAt: string | undefined
  readonly expiresAt: string | undefined
}

export interface AccountProps {
  readonly shell: Shell
  readonly keys: readonly KeyView[]
  /** The whole key, shown once in the answer that made it. */
  readonly newKey: string | undefined
  /** Of the form at `shell.path`: the name of the person, or of a key. */
  readonly errors?: FieldErrors | undefined
  readonly values?: Readonly<Record<string, string>> | undefined
}

export function AccountPage({ shell, keys, newKey, errors, values }: AccountProps) {
  const ofKey = shell.path === urls.accountKeys()
  const own = ofKey ? { errors: {}, values: {} } : { errors: errors ?? {}, values: values ?? {} }
  return (
    <AppLayout shell={shell} title="Account">
      <PageHead title="Account" lead={shell.user.email} actions={<AccountTabs current={urls.account()} />} />
      <div class="side">
        <div>
          <NameCard shell={shell} errors={own.errors} values={own.values} />
          <EmailCard shell={shell} errors={own.errors} values={own.values} />
          <Keys
            keys={keys}
            newKey={newKey}
            error={ofKey ? errors?.['name'] : undefined}
            name={ofKey ? values?.['name'] : undefined}
          />
        </div>
        <div>
          <LookCard shell={shell} errors={own.errors} />
          <DataCard shell={shell} />
          <Card title="Keyboard" class="only-script">
            <CheckField
              field={{
                name: 'letter-keys',
                label: 'Single-letter keys',
                hint: 'Press ? for the list. Kept in this browser.',
              }}
              look="switch"
              data-setting="letter-keys"
            />
          </Card>
        </div>
      </div>
    </AppLayout>
  )
}

interface Retyped {
  readonly error: string | undefined
  readonly name: string | undefined
}

function Keys({
  keys,
  newKey,
  error,
  name,
}: Retyped & { readonly keys: readonly KeyView[]; readonly newKey: string | undefined }) {
  return (
    <Card title="API keys" note="A key may do what you may do." flush>
      {newKey === undefined ? null : (
        <div class="body">
          <Banner tone="ok" role="status">
            <strong>This is the new key.</strong> Copy it now: it is stored as a hash and never shown again.
            <div class="below">
              <Command value={newKey} label="New API key" />
            </div>
          </Banner>
        </div>
      )}
      <ul class="list">
        {keys.map((key) => (
          <li>
            <Icon name="key-round" />
            <div class="main">
              <strong>{key.name}</strong> <span class="sub mono">{key.prefix}…</span>
              <small>
                made <Time at={key.createdAt} />
                {key.lastUsedAt === undefined ? ', never used' : <>, used {<Time at={key.lastUsedAt} as="ago" />}</>}
                {key.expiresAt === undefined ? '' : <>, ends {<Time at={key.expiresAt} />}</>}
              </small>
            </div>
            <form method="post" action={urls.accountKey({ keyId: key.id })}>
              <Button type="submit" kind="danger" size="small">
                Revoke
                <span class="sr"> {key.name}</span>
              </Button>
            </form>
          </li>
        ))}
      </ul>
      <footer>
        <form class="inline-form" method="post" action={urls.accountKeys()}>
          <TextField
            field={{ name: 'name', id: 'f-key-name', label: 'Name of a new key', hint: 'For what it is used.', error }}
            value={name ?? ''}
            maxlength={60}
            required
          />
          <Button type="submit" icon="plus">
            Make key
          </Button>
        </form>
      </footer>
    </Card>
  )
}
