// The pages about people, as a strip above each of them.
import { Segmented } from '#views/components/index.ts'
import type { Shell } from '#views/models.ts'
import { urls } from '#views/urls.ts'

const places = [
  [urls.users, 'Users', 'user.view'],
  [urls.invitations, 'Invitations', 'user.create'],
] as const

export function PeopleTabs({ shell: { path, may } }: { readonly shell: Shell }) {
  return (
    <Segmented
      label="People"
      segments={places
        .filter(([, , permission]) => may.has(permission))
        .map(([url, label]) => ({ href: url(), current: path === url(), label }))}
    />
  )
}
