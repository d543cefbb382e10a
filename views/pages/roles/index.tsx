// Roles: what comes with the panel, what was made here, and how many people have each.
import { Button, ButtonLink, Card, PageHead, Tag } from '#views/components/index.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { Shell } from '#views/models.ts'
import { urls } from '#views/urls.ts'

export interface RoleView {
  readonly id: string
  readonly name: string
  readonly description: string
  /** Comes with the panel and cannot be changed. */
  readonly fixed: boolean
  readonly limited: boolean
  readonly people: number
}

export function RolesPage({ shell, roles }: { readonly shell: Shell; readonly roles: readonly RoleView[] }) {
  const mayManage = shell.may.has('role.manage')
  return (
    <AppLayout shell={shell} title="Roles">
      <PageHead
        title="Roles"
        lead="What people may do on the whole panel. On a single server its owner decides, on its page People."
        actions={
          mayManage ? (
            <ButtonLink href={urls.newRole()} kind="primary" icon="plus">
              New role
            </ButtonLink>
          ) : undefined
        }
      />
      <Card flush>
        <ul class="list">
          {roles.map((role) => (
            <li>
              <div class="main">
                <strong>
                  <a class="link" href={urls.role({ roleId: role.id })}>
                    {role.name}
                  </a>
                </strong>
                <small>{role.description}</small>
              </div>
              <div class="actions">
                {role.limited ? <Tag>limited</Tag> : null}
                {role.fixed ? <Tag>comes with Stellar</Tag> : null}
                <span class="dim">{role.people === 1 ? '1 person' : `${role.people} people`}</span>
                {mayManage ? (
                  <form method="get" action={urls.newRole()}>
                    <input type="hidden" name="from" value={role.id} />
                    <Button type="submit" size="small">
                      Copy<span class="sr"> {role.name}</span>
                    </Button>
                  </form>
                ) : null}
              </div>
            </li>
          ))}
        </ul>
      </Card>
    </AppLayout>
  )
}
