// One user, for administrators. POST urls.user `name email verified`; urls.userSuspension `reason` or `lift`; urls.userResetLink;
// urls.userImpersonation.
import type { Child } from 'hono/jsx'
import {
  Banner,
  Button,
  ButtonLink,
  Card,
  CheckField,
  ErrorSummary,
  PageHead,
  Tag,
  TextField,
  Time,
} from '#views/components/index.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { FieldErrors, Shell } from '#views/models.ts'
import { HandedLink } from '#views/partials/handed-link.tsx'
import { urls } from '#views/urls.ts'
import { UserTags } from './index.tsx'
import type { OwnedServer, UserView } from './models.ts'

export interface UserProps {
  readonly shell: Shell
  readonly user: UserView
  /** Theirs, as far as whoever looks may see them. */
  readonly servers: readonly OwnedServer[]
  /** A link that was just made, shown once. */
  readonly link?: { readonly url: string; readonly expiresAt: string } | undefined
  /** What was typed, by field name, after a refused save. */
  readonly values?: Readonly<Record<string, string>> | undefined
  readonly errors: FieldErrors
  /** Cards of other features, e.g. roles. */
  readonly more?: Child
}

const joinedWords = {
  'set-up': 'by set-up',
  admin: 'made by an administrator',
  invitation: 'by an invitation',
  registration: 'registered',
  provider: 'through a sign-in provider',
} as const

export function UserPage({ shell, user, servers, link, values, errors, more }: UserProps) {
  const own = user.id === shell.user.id
  return (
    <AppLayout shell={{ ...shell, path: urls.user({ userId: user.id }) }} title={user.name}>
      <nav aria-label="Path">
        <ol class="crumbs actions">
          <li>
            <a href={urls.users()}>Users</a>
          </li>
          <li aria-current="page">{user.name}</li>
        </ol>
      </nav>
      <PageHead
        title={user.name}
        lead={
          <>
            {user.email} <UserTags user={user} />
          </>
        }
      />
      <ErrorSummary errors={errors} before="saving" />
      {user.suspendedAt === undefined ? null : (
        <Banner tone="bad">
          <strong>Suspended</strong> since <Time at={user.suspendedAt} />: {user.suspendedReason}
        </Banner>
      )}
      {link === undefined ? null : <HandedLink to={user.name} link={link} />}
      <div class="side">
        <div>
          {own ? (
            <Card title="This is you">
              <p class="dim">
                Change your own account on the{' '}
                <a class="link" href={urls.account()}>
                  account page
                </a>
                .
              </p>
            </Card>
          ) : shell.may.has('user.update') ? (
            <Details user={user} values={values} errors={errors} />
          ) : null}
          {servers.length === 0 ? null : <Servers servers={servers} />}
          {more}
        </div>
        <div>
          <Card title="About">
            <dl class="facts">
              <dt>Since</dt>
              <dd>
                <Time at={user.createdAt} />, {joinedWords[user.joinedBy]}
              </dd>
              <dt>Signed in</dt>
              <dd>{user.lastSeenAt === undefined ? 'never' : <Time at={user.lastSeenAt} as="ago" />}</dd>
              <dt>Servers</dt>
              <dd>{user.servers}</dd>
              <dt>Roles</dt>
              <dd>
                <Roles shell={shell} user={user} />
              </dd>
            </dl>
          </Card>
          {own ? null : <Acts shell={shell} user={user} errors={errors} />}
        </div>
      </div>
    </AppLayout>
  )
}

/** Each is suspended, given away or deleted on its own settings page. */
function Servers({ servers }: Pick<UserProps, 'servers'>) {
  return (
    <Card title="Servers" flush>
      <ul class="list">
        {servers.map(({ id, name, suspended }) => (
          <li>
            <div class="main">
              <a class="link" href={urls.serverSettings({ id })}>
                {name}
              </a>
            </div>
            {suspended ? <Tag tone="bad">suspended</Tag> : null}
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** Roles are given and taken on their own pages. */
function Roles({ shell, user }: Pick<UserProps, 'shell' | 'user'>) {
  if (user.isOwner) return <>Owner: everything</>
  const seen = shell.may.has('role.view')
  return (
    <>
      {user.roles.length === 0 ? 'none' : null}
      {user.roles.map(({ id, name }, index) => (
        <>
          {index === 0 ? '' : ', '}
          {seen ? (
            <a class="link" href={urls.role({ roleId: id })}>
              {name}
            </a>
          ) : (
            name
          )}
        </>
      ))}
      {seen && user.roles.length === 0 ? (
        <>
          {'; '}
          <a class="link" href={urls.roles()}>
            all roles
          </a>
        </>
      ) : null}
    </>
  )
}

function Details({ user, values, errors }: Pick<UserProps, 'user' | 'values' | 'errors'>) {
  return (
    <form method="post" action={urls.user({ userId: user.id })} novalidate>
      <Card
        title="Account"
        footer={
          <Button type="submit" kind="primary">
            Save
          </Button>
        }
      >
        <div class="fields">
          <TextField
            field={{ name: 'name', label: 'Name', error: errors['name'] }}
            value={values?.['name'] ?? user.name}
            maxlength={60}
            required
          />
          <TextField
            field={{
              name: 'email',
              label: 'E-mail',
              hint: 'A new one is told to the old one.',
              error: errors['email'],
            }}
            type="email"
            value={values?.['email'] ?? user.email}
            required
          />
          <CheckField
            field={{ name: 'verified', label: 'The address is theirs', hint: 'Set by hand: you vouch for it.' }}
            checked={values ? values['verified'] === 'true' : user.verified}
          />
        </div>
      </Card>
    </form>
  )
}

function Acts({ shell: { may }, user, errors }: Pick<UserProps, 'shell' | 'user' | 'errors'>) {
  const { id: userId, suspendedAt } = user
  return (
    <>
      {may.has('user.update') ? (
        <Card title="New password">
          <form method="post" action={urls.userResetLink({ userId })}>
            <p class="dim">A link that you hand to them; it works once, for an hour.</p>
            <div class="actions below">
              <Button type="submit" icon="key-round">
                Make a link
              </Button>
            </div>
          </form>
        </Card>
      ) : null}
      {may.has('user.impersonate') ? (
        <Card title="See what they see">
          <form method="post" action={urls.userImpersonation({ userId })}>
            <p class="dim">For at most an hour; it is written down, and their account cannot be changed meanwhile.</p>
            <div class="actions below">
              <Button
                type="submit"
                icon="eye"
                unavailable={suspendedAt === undefined ? undefined : 'The account is suspended'}
              >
                Look through their account
              </Button>
            </div>
          </form>
        </Card>
      ) : null}
      {may.has('user.suspend') ? (
        <Card title={suspendedAt === undefined ? 'Suspend' : 'Suspended'}>
          <form class="stack" method="post" action={urls.userSuspension({ userId })}>
            {suspendedAt === undefined ? (
              <>
                <TextField
                  field={{
                    name: 'reason',
                    label: 'Reason',
                    hint: 'They are told it when they sign in. Their servers run on; each is suspended by itself.',
                    error: errors['reason'],
                  }}
                  maxlength={60}
                  required
                />
                <div class="actions">
                  <Button type="submit" kind="danger">
                    Suspend
                  </Button>
                </div>
              </>
            ) : (
              <Button type="submit" name="lift" value="true">
                Lift the suspension
              </Button>
            )}
          </form>
        </Card>
      ) : null}
      {may.has('user.delete') ? (
        <Card title="Delete">
          <p class="dim">You choose what happens to their servers.</p>
          <div class="actions below">
            <ButtonLink href={urls.userDelete({ userId })} kind="danger">
              Delete…
            </ButtonLink>
          </div>
        </Card>
      ) : null}
    </>
  )
}
