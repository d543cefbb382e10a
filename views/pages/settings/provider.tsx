// One provider: credentials, what happens to people who come from it, roles by group.
import { Button, ButtonLink, Card, CheckField, Command, PasswordField, TextField } from '#views/components/index.ts'
import type { FieldErrors, Shell } from '#views/models.ts'
import { SettingsFrame } from '#views/partials/settings-frame.tsx'
import { urls } from '#views/urls.ts'

export interface EditProviderProps {
  readonly shell: Shell
  /** Undefined: a new one. */
  readonly id: string | undefined
  /** Undefined: its credentials stand in stellar.config.ts. */
  readonly kind:
    | {
        readonly id: string
        readonly label: string
        readonly help: string
        readonly fields: readonly {
          readonly name: string
          readonly label: string
          readonly hint?: string
          readonly kind: 'text' | 'url' | 'secret'
          readonly default?: string
        }[]
      }
    | undefined
  readonly label: string
  readonly values: Readonly<Record<string, string>>
  readonly hasSecrets: boolean
  readonly policy: {
    readonly enabled: boolean
    readonly provision: boolean
    readonly linkByEmail: boolean
    readonly roles: readonly { readonly group: string; readonly roleId: string }[]
  }
  readonly roles: readonly { readonly id: string; readonly name: string }[]
  readonly emptyLines: number
  /** To enter at the provider. */
  readonly redirectUri: string
  readonly errors: FieldErrors
}

export function EditProviderPage(props: EditProviderProps) {
  const { shell, id, kind, label, redirectUri, errors } = props
  const action =
    id === undefined ? urls.settingsNewProvider({ kind: kind?.id ?? '' }) : urls.settingsProvider({ providerId: id })
  return (
    <SettingsFrame
      shell={shell}
      title={label}
      heading={id === undefined ? `Add ${kind?.label ?? label}` : label}
      lead={kind?.help}
      errors={errors}
    >
      <form class="side" method="post" action={action}>
        <div>
          <Credentials {...props} />
          <Roles {...props} />
        </div>
        <div>
          <Card title="Redirect address" note="Enter it at the provider, exactly so.">
            <Command value={redirectUri} label="Redirect address" />
          </Card>
          <Policy {...props} />
          <div class="actions">
            <Button type="submit" kind="primary">
              Save
            </Button>
            <ButtonLink kind="ghost" href={urls.settingsProviders()}>
              Cancel
            </ButtonLink>
          </div>
        </div>
      </form>
      {id === undefined ? null : <Acts id={id} removable={kind !== undefined} label={label} />}
    </SettingsFrame>
  )
}

function Credentials({ kind, label, values, hasSecrets, errors }: EditProviderProps) {
  if (!kind) {
    return (
      <Card title="Credentials">
        <input type="hidden" name="label" value={label} />
        <p>They stand in stellar.config.ts, in the settings of the plugin. What happens to people is set here.</p>
      </Card>
    )
  }
  return (
    <Card title="Credentials">
      <div class="stack">
        <TextField
          field={{ name: 'label', label: 'Name on the button', error: errors['label'] }}
          value={label}
          maxlength={60}
          required
        />
        {kind.fields.map((field) => {
          const name = `values.${field.name}`
          const error = errors[name]
          if (field.kind === 'secret') {
            const hint = hasSecrets ? 'Stored encrypted. Empty: it stays as it is.' : field.hint
            return (
              <PasswordField
                field={{ name, label: field.label, hint, error }}
                autocomplete="off"
                required={!hasSecrets}
              />
            )
          }
          return (
            <TextField
              field={{ name, label: field.label, hint: field.hint, error }}
              type={field.kind === 'url' ? 'url' : 'text'}
              value={values[field.name] ?? field.default ?? ''}
              required={field.default === undefined}
              spellcheck={false}
              mono
            />
          )
        })}
      </div>
    </Card>
  )
}

function Policy({ policy }: EditProviderProps) {
  return (
    <Card title="People who come from it">
      <div class="stack">
        <CheckField
          field={{ name: 'enabled', label: 'On', hint: 'Off: nobody signs in with it; what is linked stays.' }}
          checked={policy.enabled}
        />
        <CheckField
          field={{
            name: 'provision',
            label: 'Get an account by themselves',
            hint: 'Whoever it knows and whose address it confirmed.',
          }}
          checked={policy.provision}
        />
        <CheckField
          field={{
            name: 'linkByEmail',
            label: 'Are linked by their address',
            hint: 'Only for a provider of your own: whoever controls an address there opens the account here.',
          }}
          checked={policy.linkByEmail}
        />
      </div>
    </Card>
  )
}

function Roles({ policy, roles, emptyLines, errors }: EditProviderProps) {
  const lines = [...policy.roles, ...Array.from({ length: emptyLines }, () => ({ group: '', roleId: '' }))]
  return (
    <Card title="Roles by group" note="Given and taken away with each sign-in; roles given by hand stay.">
      <div class="stack">
        {errors['roles'] === undefined ? null : <p class="error">{errors['roles']}</p>}
        {lines.map((line, index) => (
          <div class="inline-form" role="group" aria-label={`Line ${index + 1}`}>
            <TextField
              field={{ name: `roles.${index}.group`, label: 'Group', optional: true }}
              value={line.group}
              maxlength={200}
              spellcheck={false}
              mono
            />
            <div class="field">
              <div class="label">
                <label for={`f-roles-${index}-roleId`}>Role</label>
              </div>
              <select class="select" id={`f-roles-${index}-roleId`} name={`roles.${index}.roleId`}>
                <option value="">none</option>
                {roles.map((role) => (
                  <option value={role.id} selected={role.id === line.roleId}>
                    {role.name}
                  </option>
                ))}
              </select>
            </div>
          </div>
        ))}
      </div>
    </Card>
  )
}

function Acts({ id, removable, label }: { readonly id: string; readonly removable: boolean; readonly label: string }) {
  return (
    <div class="actions">
      <form method="post" action={urls.settingsProviderTest({ providerId: id })}>
        <Button type="submit" icon="refresh-cw">
          Ask whether it answers
        </Button>
      </form>
      {removable ? (
        <form method="post" action={urls.settingsProviderRemoval({ providerId: id })}>
          <Button type="submit" kind="danger">
            Remove…
            <span class="sr"> {label}</span>
          </Button>
        </form>
      ) : null}
    </div>
  )
}
