// Entries of the activity log, newest first, each as a sentence.
import { Icon, type IconName, Tag, Time } from '#views/components/index.ts'
import type { ActivityView } from '#views/models.ts'
import { urls } from '#views/urls.ts'

const words: Readonly<Record<string, string>> = {
  'server.create': 'created',
  'server.update': 'changed',
  'server.install': 'started to install',
  'server.installed': 'installed',
  'server.install-failed': 'could not install',
  'server.hint': 'applied an offered fix to',
  'server.delete': 'deleted',
  'server.deleted': 'removed the last of',
  'server.crashed': 'saw a crash of',
  'server.power.start': 'started',
  'server.power.stop': 'stopped',
  'server.power.restart': 'restarted',
  'server.power.kill': 'killed',
  'server.person.invite': 'invited somebody to',
  'server.person.withdraw': 'withdrew an invitation to',
  'server.person.join': 'accepted the invitation to',
  'server.person.decline': 'declined the invitation to',
  'server.person.update': 'changed what somebody may do on',
  'server.person.remove': 'took access away to',
  'server.person.leave': 'left',
  'role.create': 'made the role',
  'role.update': 'changed the role',
  'role.delete': 'deleted the role',
  'role.give': 'gave a role to',
  'role.take': 'took a role from',
  'location.create': 'made the location',
  'location.update': 'changed the location',
  'location.delete': 'deleted the location',
  'node.place': 'placed the node',
  'console.command': 'sent a command to',
  'panel.backup': 'made a backup of the panel',
  'node.update': 'changed the node',
  'node.enrol': 'enrolled the node',
  'account.create': 'created the account',
  'account.update': 'changed the account',
  'account.sign-in': 'signed in',
  'account.sign-out': 'signed out',
  'account.key.create': 'made the API key',
  'account.key.revoke': 'revoked the API key',
  'user.update': 'changed the account of',
  'user.suspend': 'suspended',
  'user.unsuspend': 'lifted the suspension of',
  'user.reset-link': 'made a link for a new password for',
  'user.delete': 'deleted the account of',
  'user.impersonate': 'looked through the account of',
  'user.impersonate.end': 'left the account of',
  'invitation.create': 'invited',
  'invitation.resend': 'invited again',
  'invitation.withdraw': 'withdrew the invitation of',
  'settings.sign-in': 'changed the settings of',
  'settings.mail': 'set the mail server to',
  'account.email.ask': 'asked for another address of',
  'account.email.change': 'changed the address of',
  'account.export': 'exported the data of',
  'account.password.reset': 'chose a new password for',
  'account.email.verify': 'confirmed the address of',
  'account.session.revoke': 'signed out a browser of',
}

const icons: Readonly<Record<string, IconName>> = {
  server: 'server',
  console: 'square-terminal',
  node: 'hard-drive',
  account: 'user',
  settings: 'settings-2',
  user: 'users',
  invitation: 'users',
}

/** Where it was done, when not in a browser. */
const vias: Readonly<Record<ActivityView['via'], string>> = {
  session: '',
  'api-key': 'API key',
  'command-line': 'command line',
  system: '',
}

export function ActivityList({ entries }: { readonly entries: readonly ActivityView[] }) {
  return (
    <ol class="log">
      {entries.map((entry) => (
        <li>
          <Icon name={icons[entry.action.split('.')[0] ?? ''] ?? 'history'} />
          <div>
            <p>
              <strong>{entry.actor}</strong> {wordsOf(entry)} <Thing entry={entry} />{' '}
              {entry.outcome === 'done' ? null : (
                <Tag tone={entry.outcome === 'failed' ? 'bad' : 'warn'}>
                  {entry.outcome === 'failed' ? 'Failed' : 'Refused'}
                </Tag>
              )}
            </p>
            <Detail entry={entry} />
          </div>
          <div class="when">
            <Time at={entry.at} />
            <br /> {[vias[entry.via], entry.address].filter(Boolean).join(' · ')}
          </div>
        </li>
      ))}
    </ol>
  )
}

/** A refused sign-in is no sign-in. */
function wordsOf({ action, outcome }: ActivityView): string {
  return action === 'account.sign-in' && outcome !== 'done' ? 'tried to sign in' : (words[action] ?? action)
}

function Thing({ entry: { actor, server, subject } }: { readonly entry: ActivityView }) {
  if (server?.exists) {
    return (
      <a class="link" href={urls.server(server)}>
        {server.name}
      </a>
    )
  }
  // Who signs in does so as themselves.
  return <span>{server?.name ?? (subject === actor ? '' : subject)}</span>
}

/** The one fact of an entry that people look for. */
function Detail({ entry: { meta } }: { readonly entry: ActivityView }) {
  const command = meta['command']
  if (typeof command === 'string') return <code class="sub">&gt; {command}</code>
  const changed = meta['changed']
  if (Array.isArray(changed) && changed.length > 0) return <small>{changed.map(String).join(', ')}</small>
  if (typeof meta['role'] === 'string') return <small>{meta['role']}</small>
  if (typeof meta['person'] === 'string') return <small>{meta['person']}</small>
  if (typeof meta['email'] === 'string') return <small>{meta['email']}</small>
  if (meta['outOfMemory'] === true) return <small>out of memory</small>
  if (typeof meta['signal'] === 'string') return <small>ended by {meta['signal']}</small>
  if (typeof meta['code'] === 'number') return <small>exit code {meta['code']}</small>
  if (typeof meta['reason'] === 'string') return <small>{meta['reason']}</small>
  if (typeof meta['blueprint'] === 'string') return <small>{meta['blueprint']}</small>
  return null
}
