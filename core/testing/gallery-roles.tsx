// The list of roles: long descriptions, marks, counts and a button in each row.
import type { Context, Hono } from 'hono'
import type { Shell } from '#views/models.ts'
import { RolesPage, type RoleView } from '#views/pages/roles/index.tsx'
import { urls } from '#views/urls.ts'
import { hostileName } from './gallery-fixtures.ts'

export const rolesPages = ['/roles'] as const

const roles: readonly RoleView[] = [
  {
    id: 'administrator',
    name: 'Administrator',
    description: 'Everything but what only the owner may do: hand the panel over, and remove it.',
    fixed: true,
    limited: false,
    people: 2,
  },
  {
    id: 'moderator',
    name: 'Moderator',
    description: 'Looks after all servers: power, console and players. Deletes nothing and sees no password.',
    fixed: true,
    limited: false,
    people: 1,
  },
  { id: 'hands', name: hostileName, description: 'Nodes in Frankfurt', fixed: false, limited: true, people: 4 },
  { id: 'bare', name: 'Bare', description: '', fixed: false, limited: false, people: 0 },
]

export function galleryRoles(app: Hono, shell: (c: Context, more?: Partial<Shell>) => Shell): void {
  app.get(urls.roles.pattern, (c) => c.html(<RolesPage shell={shell(c)} roles={roles} />))
}
