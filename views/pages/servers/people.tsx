// Who has access to a server: invitations that wait, then one column of permissions for each person. On a phone one
// person at a time. static/js/people.js says in words what would change before it is saved.
import { Avatar, Button, ButtonLink, Card, Empty, Menu, PageHead, Tag, Time } from '#views/components/index.ts'
import type { ServerView, Shell } from '#views/models.ts'
import { MatrixLabels, PermissionChoice, type PermissionRow } from '#views/partials/permission-choice.tsx'
import { ServerFrame } from '#views/partials/server-frame.tsx'
import { urls } from '#views/urls.ts'

export interface PresetView {
  readonly id: string
  readonly name: string
  readonly words: string
  readonly permissions: readonly string[]
}

interface PersonView {
  readonly userId: string
  readonly name: string
  readonly preset: string
  readonly suspended: boolean
  readonly lastSeenAt: string | undefined
  readonly rows: readonly PermissionRow[]
  /** Why this person is out of reach for whoever looks; undefined: they are not. */
  readonly locked: string | undefined
  /** Stands for what the page showed, so that a change made meanwhile is noticed. */
  readonly was: string
  readonly self: boolean
}

interface InvitationView {
  readonly id: string
  readonly email: string
  readonly preset: string
  readonly invitedBy: string | undefined
  readonly expiresAt: string
  readonly expired: boolean
}

export interface PeoplePageProps {
  readonly shell: Shell
  readonly server: ServerView
  readonly people: readonly PersonView[]
  /** In all; a page holds a few columns. */
  readonly total: number
  readonly invitations: readonly InvitationView[]
  readonly presets: readonly PresetView[]
  readonly olderUrl: string | undefined
  readonly newerUrl: string | undefined
}

export function PeoplePage(props: PeoplePageProps) {
  const { shell, server, people, total, invitations } = props
  const mayInvite = server.may.has('server.subusers.create')
  return (
    <ServerFrame shell={shell} server={server} title="People" scripts={['people.js']} styles={['people.css']}>
      <PageHead
        title="People"
        lead={`${total === 0 ? 'Nobody' : total === 1 ? '1 person' : `${total} people`} besides the owner, ${server.owner.name}.`}
        actions={
          mayInvite ? (
            <ButtonLink href={urls.serverInvite(server)} kind="primary" icon="plus">
              Invite
            </ButtonLink>
          ) : undefined
        }
      />
      {invitations.length === 0 ? null : <Invitations {...props} />}
      {people.length === 0 ? (
        <Empty
          title="Only you and the stars"
          text="Invite somebody to look, to press the buttons, or to run this server with you."
          actions={mayInvite ? <ButtonLink href={urls.serverInvite(server)}>Invite</ButtonLink> : undefined}
        />
      ) : (
        <Matrix {...props} />
      )}
    </ServerFrame>
  )
}

function Invitations({ server, invitations, presets }: PeoplePageProps) {
  const mayAgain = server.may.has('server.subusers.create')
  const mayWithdraw = server.may.has('server.subusers.delete')
  return (
    <Card title="Waiting for an answer" flush>
      <ul class="list">
        {invitations.map(({ id, email, preset, invitedBy, expiresAt, expired }) => (
          <li>
            <div class="main">
              <strong>{email}</strong>
              <small>
                {presetName(presets, preset)}
                {invitedBy === undefined ? '' : `, invited by ${invitedBy}`}. {expired ? 'Expired ' : 'Valid until '}
                <Time at={expiresAt} />
              </small>
            </div>
            {expired ? <Tag tone="warn">Expired</Tag> : null}
            <form class="actions" method="post" action={urls.serverInvitation({ id: server.id, invitationId: id })}>
              {mayAgain ? (
                <Button type="submit" size="small" name="action" value="again">
                  Send again<span class="sr"> to {email}</span>
                </Button>
              ) : null}
              {mayWithdraw ? (
                <Button type="submit" size="small" kind="ghost" name="action" value="withdraw">
                  Withdraw<span class="sr"> the invitation of {email}</span>
                </Button>
              ) : null}
            </form>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Matrix(props: PeoplePageProps) {
  const { server, people, presets, olderUrl, newerUrl } = props
  const mayChange = server.may.has('server.subusers.update')
  const rows = people[0]?.rows ?? []
  return (
    <form class="stack" method="post" action={urls.serverPeople(server)} data-people>
      <h2 class="sr">What each of them may do</h2>
      <div class="card people-card">
        <div class="matrix" data-columns={String(people.length)}>
          <MatrixLabels rows={rows} />
          {people.map((person) => (
            <Column server={server} person={person} presets={presets} mayChange={mayChange} />
          ))}
        </div>
      </div>
      <div class="actions">
        {mayChange ? (
          <>
            <Button type="submit" kind="primary" data-save>
              Save
            </Button>
            <Button type="reset" kind="ghost" class="only-script">
              Discard
            </Button>
            <output class="dim" data-changes aria-live="polite" />
          </>
        ) : (
          <span class="dim">You may look at this, not change it.</span>
        )}
        <span class="actions end">
          {newerUrl === undefined ? null : <ButtonLink href={newerUrl}>Before</ButtonLink>}
          {olderUrl === undefined ? null : <ButtonLink href={olderUrl}>More people</ButtonLink>}
        </span>
      </div>
    </form>
  )
}

interface ColumnProps {
  readonly server: ServerView
  readonly person: PersonView
  readonly presets: readonly PresetView[]
  readonly mayChange: boolean
}

function Column({ server, person, presets, mayChange }: ColumnProps) {
  const { userId, name, preset, rows, locked, was, self, suspended, lastSeenAt } = person
  const open = mayChange && locked === undefined
  const menu = `remove-${userId}`
  return (
    // No fieldset: its rows would not line up with those of the others.
    <div class="matrix-person" role="group" aria-label={name} data-person={name}>
      <div class="may-head">
        <Avatar name={name} />
        <strong>{name}</strong>
        {suspended ? <Tag tone="warn">Suspended</Tag> : null}
        <small class="only-phone">
          {lastSeenAt === undefined ? 'Never here' : 'Last here '}
          {lastSeenAt === undefined ? null : <Time at={lastSeenAt} />}
        </small>
        {open ? (
          <>
            <input type="hidden" name={`was.${userId}`} value={was} />
            <label>
              <span class="sr">Role of {name}</span>
              <select class="select" name={`preset.${userId}`} data-preset>
                {presets.map((each) => (
                  <option
                    value={each.id}
                    selected={each.id === preset}
                    data-may={each.permissions.join(' ')}
                    title={each.words}
                  >
                    {each.name}
                  </option>
                ))}
                <option value="custom" selected={preset === 'custom'}>
                  Custom
                </option>
              </select>
            </label>
          </>
        ) : (
          <span class="dim" title={locked}>
            {presetName(presets, preset)}
          </span>
        )}
        {self || server.may.has('server.subusers.delete') ? (
          <>
            <Button size="small" kind="ghost" popovertarget={menu}>
              {self ? 'Leave…' : 'Remove…'}
              <span class="sr"> {name}</span>
            </Button>
            <Menu id={menu} label={`Remove ${name}`}>
              <div class="pad">
                <p>
                  <strong>{self ? 'You lose' : `${name} loses`} access to this server at once.</strong> An open console
                  closes.
                </p>
                <Button
                  type="submit"
                  kind="danger"
                  formaction={urls.serverPersonRemove({ id: server.id, userId })}
                  formnovalidate
                >
                  {self ? `Leave ${server.name}` : `Remove ${name}`}
                </Button>
              </div>
            </Menu>
          </>
        ) : null}
      </div>
      <PermissionChoice
        prefix={`may.${userId}`}
        rows={open ? rows : rows.map((row) => ({ ...row, locked: locked ?? 'You may not change this' }))}
      />
    </div>
  )
}

function presetName(presets: readonly PresetView[], id: string): string {
  return presets.find((preset) => preset.id === id)?.name ?? 'Custom'
}
