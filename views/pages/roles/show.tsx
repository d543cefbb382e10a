// One role: its name, where it holds, what it allows, and who has it. The same page makes a new one.
import {
  Avatar,
  Banner,
  Button,
  ButtonLink,
  Card,
  CheckField,
  Empty,
  ErrorSummary,
  PageHead,
  Tag,
  TextField,
} from '#views/components/index.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { FieldErrors, Shell } from '#views/models.ts'
import { PermissionChoice, type PermissionRow } from '#views/partials/permission-choice.tsx'
import { urls } from '#views/urls.ts'

interface PlaceChoice {
  readonly id: string
  readonly name: string
  readonly checked: boolean
}

interface RoleHolderView {
  readonly userId: string
  readonly name: string
  readonly email: string
  readonly provider: string | null
}

export interface RolePageProps {
  readonly shell: Shell
  /** Undefined: a new one. */
  readonly roleId: string | undefined
  readonly name: string
  readonly description: string
  readonly limited: boolean
  readonly nodes: readonly PlaceChoice[]
  readonly locations: readonly PlaceChoice[]
  readonly rows: readonly PermissionRow[]
  /** Why nothing can be changed; undefined: it can. */
  readonly locked: string | undefined
  readonly holders: readonly RoleHolderView[]
  readonly errors: FieldErrors
}

export function RolePage(props: RolePageProps) {
  const { shell, roleId, name, locked, errors } = props
  return (
    <AppLayout shell={shell} title={roleId === undefined ? 'New role' : name} styles={['people.css']}>
      <nav aria-label="Path">
        <ol class="crumbs actions">
          <li>
            <a href={urls.roles()}>Roles</a>
          </li>
          <li aria-current="page">{roleId === undefined ? 'New' : name}</li>
        </ol>
      </nav>
      <PageHead title={roleId === undefined ? 'New role' : name} />
      <ErrorSummary errors={errors} before="saving" />
      {locked === undefined ? null : (
        <Banner
          tone="note"
          actions={
            shell.may.has('role.manage') && roleId !== undefined ? (
              <ButtonLink size="small" href={`${urls.newRole()}?from=${roleId}`}>
                Copy it
              </ButtonLink>
            ) : undefined
          }
        >
          <strong>{locked}</strong>
        </Banner>
      )}
      <form class="stack" method="post" action={roleId === undefined ? urls.roles() : urls.role({ roleId })} novalidate>
        <General {...props} />
        <Where {...props} />
        <section class="card" role="group" aria-labelledby="may-title">
          <header>
            <h2 id="may-title">What it allows</h2>
          </header>
          <div class="body">
            {errors['permissions'] === undefined ? null : <p class="error">{errors['permissions']}</p>}
            <div class="may-columns">
              <PermissionChoice prefix="may" rows={props.rows} />
            </div>
          </div>
          {locked === undefined ? (
            <footer>
              <Button type="submit" kind="primary">
                {roleId === undefined ? 'Make the role' : 'Save'}
              </Button>
              <ButtonLink href={urls.roles()} kind="ghost">
                Cancel
              </ButtonLink>
            </footer>
          ) : null}
        </section>
      </form>
      {roleId === undefined ? null : <Holders {...props} roleId={roleId} />}
      {roleId === undefined || locked !== undefined ? null : (
        <Card title="Danger zone" class="danger-zone" flush>
          <ul class="list">
            <li>
              <div class="main">
                <strong>Delete this role</strong>
                <small>Whoever has it loses what it allows, at once.</small>
              </div>
              <form method="post" action={urls.roleDelete({ roleId })}>
                <Button type="submit" kind="danger">
                  Delete {name}
                </Button>
              </form>
            </li>
          </ul>
        </Card>
      )}
    </AppLayout>
  )
}

function General({ name, description, errors, locked }: RolePageProps) {
  return (
    <Card title="General">
      <div class="fields">
        <TextField
          field={{ name: 'name', label: 'Name', error: errors['name'] }}
          value={name}
          maxlength={60}
          readonly={locked !== undefined}
          required
        />
        <TextField
          field={{ name: 'description', label: 'Description', optional: true, error: errors['description'] }}
          value={description}
          maxlength={200}
          readonly={locked !== undefined}
        />
      </div>
    </Card>
  )
}

function Where({ limited, nodes, locations, errors, locked }: RolePageProps) {
  const disabled = locked !== undefined
  const error = errors['nodeIds'] ?? errors['locationIds']
  return (
    <Card title="Where it holds">
      <CheckField
        field={{
          name: 'limited',
          label: 'Only on some nodes',
          hint: 'Then it is about their servers alone; it says nothing about users and settings of the panel.',
          error,
        }}
        checked={limited}
        disabled={disabled}
      />
      <div class="may-columns">
        {locations.length === 0 ? null : <h3 class="may-group">Locations, with the nodes they will have</h3>}
        {locations.map(({ id, name, checked }) => (
          <label class="check may">
            <input type="checkbox" name={`location.${id}`} checked={checked} disabled={disabled} />
            <span>{name}</span>
          </label>
        ))}
        <h3 class="may-group">Nodes</h3>
        {nodes.map(({ id, name, checked }) => (
          <label class="check may">
            <input type="checkbox" name={`node.${id}`} checked={checked} disabled={disabled} />
            <span>{name}</span>
          </label>
        ))}
      </div>
    </Card>
  )
}

function Holders({ shell, roleId, holders, name }: RolePageProps & { readonly roleId: string }) {
  const mayGive = shell.may.has('user.roles')
  return (
    <Card title="Who has it" flush={holders.length > 0}>
      {holders.length === 0 ? (
        <Empty title="Nobody yet" text={`Give ${name} to an account by its e-mail address.`} />
      ) : (
        <ul class="list">
          {holders.map((holder) => (
            <li>
              <Avatar name={holder.name} />
              <div class="main">
                <strong>{holder.name}</strong>
                <small>{holder.email}</small>
              </div>
              {holder.provider === null ? null : <Tag>from {holder.provider}</Tag>}
              {mayGive && holder.provider === null ? (
                <form method="post" action={urls.roleTake({ roleId, userId: holder.userId })}>
                  <Button type="submit" size="small" kind="ghost">
                    Take away<span class="sr"> from {holder.name}</span>
                  </Button>
                </form>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      {mayGive ? (
        <form class="actions body" method="post" action={urls.roleGive({ roleId })}>
          <TextField field={{ name: 'email', label: 'Give it to' }} type="email" autocomplete="off" required />
          <Button type="submit">Give</Button>
        </form>
      ) : null}
    </Card>
  )
}
