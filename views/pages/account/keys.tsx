// API keys: for programs. POST urls.accountKeys makes one, POST urls.accountKey revokes it.
import {
  Banner,
  Button,
  Card,
  CheckField,
  Command,
  ErrorSummary,
  Icon,
  PageHead,
  SelectField,
  Tag,
  TextareaField,
  TextField,
  Time,
} from '#views/components/index.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { FieldErrors, Shell } from '#views/models.ts'
import { AccountTabs } from '#views/partials/account-tabs.tsx'
import { PermissionChoice, type PermissionRow } from '#views/partials/permission-choice.tsx'
import { urls } from '#views/urls.ts'

export interface KeyView {
  readonly id: string
  readonly name: string
  /** The first characters, to recognise it by. */
  readonly prefix: string
  readonly createdAt: string
  readonly lastUsedAt: string | undefined
  readonly lastUsedAddress: string | undefined
  readonly expiresAt: string | undefined
  /** Undefined: all that its owner may. */
  readonly permissions: readonly string[] | undefined
  /** Undefined: every server its owner reaches. */
  readonly servers: readonly { readonly id: string; readonly name: string }[] | undefined
  /** Undefined: from everywhere. */
  readonly allowedAddresses: readonly string[] | undefined
}

const keyLives = [
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', 'a year'],
  ['never', 'until it is revoked'],
] as const

export interface KeysProps {
  readonly shell: Shell
  readonly keys: readonly KeyView[]
  /** The whole key, shown once in the answer that made it. */
  readonly newKey: string | undefined
  readonly rows: readonly PermissionRow[]
  /** Those it may be limited to. */
  readonly servers: readonly { readonly id: string; readonly name: string; readonly checked: boolean }[]
  readonly values: Readonly<Record<string, string>>
  readonly errors: FieldErrors
}

export function KeysPage(props: KeysProps) {
  const { shell, keys, newKey, errors } = props
  return (
    <AppLayout shell={shell} title="API keys" styles={['people.css']}>
      <PageHead title="Account" lead={shell.user.email} />
      <AccountTabs current={urls.accountKeys()} />
      <ErrorSummary errors={errors} before="the key is made" />
      {newKey === undefined ? null : (
        <Banner tone="ok" role="status">
          <strong>This is the new key.</strong> Copy it now: it is stored as a hash and never shown again.
          <div class="below">
            <Command value={newKey} label="New API key" />
          </div>
        </Banner>
      )}
      <Card title="API keys" note="For programs, in the header “Authorization: Bearer …”." flush>
        <ul class="list">
          {keys.map((key) => (
            <Key key_={key} />
          ))}
          {keys.length === 0 ? <li class="sub">None yet.</li> : null}
        </ul>
      </Card>
      <NewKey {...props} />
    </AppLayout>
  )
}

function Key({ key_: key }: { readonly key_: KeyView }) {
  const { permissions, servers, allowedAddresses } = key
  const limited = permissions !== undefined || servers !== undefined || allowedAddresses !== undefined
  return (
    <li>
      <Icon name="key-round" />
      <div class="main">
        <strong>{key.name}</strong> <span class="sub mono">{key.prefix}…</span>{' '}
        {limited ? null : <Tag tone="plain">all you may</Tag>}
        <small>
          made <Time at={key.createdAt} />
          {key.lastUsedAt === undefined ? (
            ', never used'
          ) : (
            <>
              , used <Time at={key.lastUsedAt} as="ago" />
              {key.lastUsedAddress === undefined ? '' : ` from ${key.lastUsedAddress}`}
            </>
          )}
          {key.expiresAt === undefined ? '' : <>, ends {<Time at={key.expiresAt} />}</>}
        </small>
        {permissions === undefined ? null : <small>may {permissions.join(', ')}</small>}
        {servers === undefined ? null : (
          <small>
            {/* A name may turn the direction of writing: only its own. */}
            on{' '}
            {servers.map(({ name }, index) => (
              <>
                {index === 0 ? '' : ', '}
                <bdi>{name}</bdi>
              </>
            ))}
          </small>
        )}
        {allowedAddresses === undefined ? null : <small>from {allowedAddresses.join(', ')}</small>}
      </div>
      <form method="post" action={urls.accountKey({ keyId: key.id })}>
        <Button type="submit" kind="danger" size="small">
          Revoke
          <span class="sr"> {key.name}</span>
        </Button>
      </form>
    </li>
  )
}

function NewKey({ rows, servers, values, errors }: KeysProps) {
  const chosen = values['scope'] === 'chosen'
  const some = values['reach'] === 'chosen'
  return (
    <form method="post" action={urls.accountKeys()}>
      <Card
        title="A new key"
        footer={
          <Button type="submit" icon="plus">
            Make key
          </Button>
        }
      >
        <div class="stack">
          <TextField
            field={{
              name: 'name',
              id: 'f-key-name',
              label: 'Name',
              hint: 'For what it is used.',
              error: errors['name'],
            }}
            value={values['name'] ?? ''}
            maxlength={60}
            required
          />
          <SelectField
            field={{ name: 'life', label: 'Works for', error: errors['expiresAt'] }}
            options={keyLives.map(([value, label]) => ({ value, label }))}
            value={values['life'] ?? '90'}
          />
          <fieldset class="stack">
            <legend>May</legend>
            <Radio name="scope" value="all" label="all that you may, now and later" checked={!chosen} />
            <Radio name="scope" value="chosen" label="only what is ticked below" checked={chosen} />
            {errors['permissions'] === undefined ? null : <p class="error">{errors['permissions']}</p>}
            <details open={chosen}>
              <summary>Every permission</summary>
              <div class="may-columns">
                <PermissionChoice prefix="may" rows={rows} />
              </div>
            </details>
          </fieldset>
          <fieldset class="stack">
            <legend>On</legend>
            <Radio name="reach" value="all" label="every server that you reach" checked={!some} />
            <Radio name="reach" value="chosen" label="only the servers ticked below" checked={some} />
            {errors['serverIds'] === undefined ? null : <p class="error">{errors['serverIds']}</p>}
            <details open={some}>
              <summary>Servers</summary>
              <div class="may-columns">
                {servers.map(({ id, name, checked }) => (
                  <CheckField field={{ name: `on.${id}`, label: name }} checked={checked} />
                ))}
                {servers.length === 0 ? <p class="sub">You reach none yet.</p> : null}
              </div>
            </details>
          </fieldset>
          <TextareaField
            field={{
              name: 'allowedAddresses',
              label: 'From',
              hint: 'Addresses and networks, one a line, e.g. 192.0.2.7 or 10.0.0.0/8. Empty: from everywhere.',
              error: errors['allowedAddresses'],
              optional: true,
            }}
            value={values['allowedAddresses'] ?? ''}
            rows={3}
            spellcheck={false}
            mono
          />
        </div>
      </Card>
    </form>
  )
}

function Radio({
  name,
  value,
  label,
  checked,
}: {
  readonly name: string
  readonly value: string
  readonly label: string
  readonly checked: boolean
}) {
  return (
    <label class="check">
      <input type="radio" name={name} value={value} checked={checked} />
      <span>{label}</span>
    </label>
  )
}
