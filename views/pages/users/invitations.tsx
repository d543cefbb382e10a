// Invitations to the panel that are open. POST urls.invitations `email roleId days`; urls.invitationAgain; urls.invitationWithdrawal.
import {
  Banner,
  Button,
  Card,
  Empty,
  ErrorSummary,
  NumberField,
  PageHead,
  SelectField,
  Tag,
  TextField,
  Time,
} from '#views/components/index.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { FieldErrors, Shell } from '#views/models.ts'
import { HandedLink } from '#views/partials/handed-link.tsx'
import { PeopleTabs } from '#views/partials/people-tabs.tsx'
import { urls } from '#views/urls.ts'

export interface InvitationView {
  readonly id: string
  readonly email: string
  readonly createdAt: string
  readonly expiresAt: string
  readonly role: string | undefined
  /** Undefined: they registered themselves and have yet to open the link. */
  readonly inviter: string | undefined
}

export interface InvitationsProps {
  readonly shell: Shell
  readonly invitations: readonly InvitationView[]
  /** Roles that this person may give; none: they may not give any. */
  readonly roles: readonly { readonly id: string; readonly name: string }[]
  /** False: links are handed out by hand. */
  readonly byMail: boolean
  /** Just made, shown once. */
  readonly link?: { readonly email: string; readonly url: string; readonly expiresAt: string } | undefined
  readonly values: Readonly<Record<string, string>>
  readonly errors: FieldErrors
  /** Milliseconds since 1970. */
  readonly now: number
}

export function InvitationsPage({ shell, invitations, roles, byMail, link, values, errors, now }: InvitationsProps) {
  return (
    <AppLayout shell={{ ...shell, path: urls.invitations() }} place={urls.users()} title="Invitations">
      <PageHead title="Invitations" lead="Who is invited makes an account by the link; it works once." />
      <PeopleTabs shell={shell} />
      <ErrorSummary errors={errors} before="inviting" />
      {byMail ? null : (
        <Banner tone="note">
          <strong>This panel sends no mail.</strong> You get the link here and hand it out.
        </Banner>
      )}
      {link === undefined ? null : <HandedLink to={link.email} link={link} />}
      <form method="post" action={urls.invitations()} novalidate>
        <Card
          title="Invite somebody"
          footer={
            <Button type="submit" kind="primary">
              {byMail ? 'Send the invitation' : 'Make the link'}
            </Button>
          }
        >
          <div class="fields">
            <TextField
              field={{ name: 'email', label: 'E-mail', error: errors['email'] }}
              type="email"
              value={values['email'] ?? ''}
              autocomplete="off"
              required
            />
            <SelectField
              field={{
                name: 'roleId',
                label: 'Role',
                hint: 'Everybody has their own servers and those they are invited to.',
                error: errors['roleId'],
              }}
              options={[{ value: '', label: 'None' }, ...roles.map(({ id, name }) => ({ value: id, label: name }))]}
              value={values['roleId'] ?? ''}
            />
            <NumberField
              field={{ name: 'days', label: 'Ends after', error: errors['days'] }}
              unit="days"
              value={values['days'] ?? '7'}
              min={1}
              max={30}
            />
          </div>
        </Card>
      </form>
      <Card title="Open" flush>
        {invitations.length === 0 ? (
          <Empty title="No open invitation" text="Accepted ones are users; withdrawn ones are gone." />
        ) : (
          <ul class="list">
            {invitations.map((invitation) => (
              <li>
                <div class="main">
                  <strong>{invitation.email}</strong>{' '}
                  {invitation.role === undefined ? null : <Tag>{invitation.role}</Tag>}{' '}
                  {Date.parse(invitation.expiresAt) <= now ? <Tag tone="warn">ended</Tag> : null}
                  <small>
                    {invitation.inviter === undefined ? 'registered' : `invited by ${invitation.inviter}`}{' '}
                    <Time at={invitation.createdAt} />, ends <Time at={invitation.expiresAt} />
                  </small>
                </div>
                {invitation.inviter === undefined ? null : (
                  <form method="post" action={urls.invitationAgain({ invitationId: invitation.id })}>
                    <Button type="submit" size="small">
                      {byMail ? 'Send again' : 'New link'}
                      <span class="sr"> for {invitation.email}</span>
                    </Button>
                  </form>
                )}
                <form method="post" action={urls.invitationWithdrawal({ invitationId: invitation.id })}>
                  <Button type="submit" size="small" kind="danger">
                    Withdraw
                    <span class="sr"> the invitation of {invitation.email}</span>
                  </Button>
                </form>
              </li>
            ))}
          </ul>
        )}
      </Card>
    </AppLayout>
  )
}
