// Users, invitations and the settings of sign-in with invented people.
import type { Context, Hono } from 'hono'
import type { Shell } from '#views/models.ts'
import { SignInSettingsPage } from '#views/pages/settings/sign-in.tsx'
import { UserDeletePage } from '#views/pages/users/delete.tsx'
import { UsersPage } from '#views/pages/users/index.tsx'
import { InvitationsPage } from '#views/pages/users/invitations.tsx'
import type { UserView } from '#views/pages/users/models.ts'
import { NewUserPage } from '#views/pages/users/new.tsx'
import { UserPage } from '#views/pages/users/show.tsx'
import { urls } from '#views/urls.ts'
import { hostileName } from './gallery-fixtures.ts'

export const peoplePages = [
  '/users',
  '/users?empty',
  '/users/new',
  '/users/robin',
  '/users/robin?link',
  '/users/ines',
  '/users/robin/delete',
  '/invitations',
  '/invitations?link',
  '/settings/sign-in',
] as const

const ago = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString()

function person(id: string, name: string, more: Partial<UserView> = {}): UserView {
  return {
    id,
    name,
    email: `${id}@people.example`,
    isOwner: false,
    verified: true,
    suspendedAt: undefined,
    suspendedReason: undefined,
    lastSeenAt: ago(0.2),
    joinedBy: 'invitation',
    createdAt: ago(90),
    roles: [],
    servers: 0,
    ...more,
  }
}

const people: readonly UserView[] = [
  person('mara', 'Mara Lindqvist', { isOwner: true, email: 'mara@kestrel.example', joinedBy: 'set-up', servers: 6 }),
  person('robin', 'Robin Achterberg', { servers: 3, roles: [{ id: 'm', name: 'Moderator' }] }),
  person('ines', 'Inês Carvalho', {
    suspendedAt: ago(2),
    suspendedReason: 'Spam in the console',
    joinedBy: 'registration',
    servers: 1,
  }),
  person('tomo', hostileName, { verified: false, lastSeenAt: undefined, joinedBy: 'admin' }),
]

export function galleryPeople(app: Hono, shell: (c: Context, more?: Partial<Shell>) => Shell): void {
  const asked = (c: Context, name: string): boolean => c.req.query(name) !== undefined
  const link = { url: 'https://kestrel.example/reset-password?token=Xu3kPq', expiresAt: ago(-1) }
  const found = (c: Context): UserView =>
    people.find(({ id }) => id === c.req.param('userId')) ?? person('robin', 'Robin')
  app.get(urls.users.pattern, (c) =>
    c.html(
      <UsersPage
        shell={shell(c)}
        users={asked(c, 'empty') ? [] : people}
        counts={{ all: 124, active: 120, unconfirmed: 3, suspended: 1 }}
        filter={{ q: asked(c, 'empty') ? 'nobody' : '', state: 'all', sort: 'name', order: 'asc', page: 2 }}
        perPage={50}
      />,
    ),
  )
  app.get(urls.newUser.pattern, (c) =>
    c.html(
      <NewUserPage
        shell={shell(c)}
        values={{ name: '', email: 'robin@', verified: true }}
        errors={{ email: 'An e-mail address such as you@example.org.' }}
      />,
    ),
  )
  app.get(urls.user.pattern, (c) =>
    c.html(
      <UserPage
        shell={shell(c, asked(c, 'link') ? { impersonated: true } : {})}
        user={found(c)}
        servers={[
          { id: '1', name: 'Hearthvale SMP', suspended: false },
          { id: '2', name: 'Palmira', suspended: true },
        ]}
        link={asked(c, 'link') ? link : undefined}
        errors={{}}
      />,
    ),
  )
  app.get(urls.userDelete.pattern, (c) =>
    c.html(<UserDeletePage shell={shell(c)} user={found(c)} values={{}} errors={{}} />),
  )
  app.get(urls.invitations.pattern, (c) =>
    c.html(
      <InvitationsPage
        shell={shell(c)}
        invitations={
          asked(c, 'link')
            ? []
            : [
                {
                  id: '1',
                  email: 'lena@people.example',
                  createdAt: ago(1),
                  expiresAt: ago(-6),
                  role: 'Support',
                  inviter: 'Mara Lindqvist',
                },
                {
                  id: '2',
                  email: 'late@people.example',
                  createdAt: ago(9),
                  expiresAt: ago(2),
                  role: undefined,
                  inviter: 'Mara Lindqvist',
                },
                {
                  id: '3',
                  email: 'self@people.example',
                  createdAt: ago(0.1),
                  expiresAt: ago(-0.9),
                  role: undefined,
                  inviter: undefined,
                },
              ]
        }
        roles={[{ id: 'm', name: 'Moderator' }]}
        byMail={!asked(c, 'link')}
        link={asked(c, 'link') ? { email: 'lena@people.example', ...link } : undefined}
        values={{}}
        errors={{}}
        now={Date.now()}
      />,
    ),
  )
  app.get(urls.settingsSignIn.pattern, (c) =>
    c.html(
      <SignInSettingsPage
        shell={shell(c)}
        values={{ registration: 'open', verifyEmail: 'true', secondFactor: 'admins', sessionDays: '7' }}
        errors={{}}
        byMail={false}
      />,
    ),
  )
}
