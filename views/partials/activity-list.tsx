// Entries of the activity log, newest first, each as a sentence.

import { browserName } from '#views/browser-name.ts'
import { Icon, type IconName, Tag, Time } from '#views/components/index.ts'
import type { ActivityView } from '#views/models.ts'
import { urls } from '#views/urls.ts'
import { activityWords } from './activity-words.ts'

const icons: Readonly<Record<string, IconName>> = {
  server: 'server',
  console: 'square-terminal',
  node: 'hard-drive',
  account: 'user',
  settings: 'settings-2',
  user: 'users',
  invitation: 'users',
  access: 'shield-check',
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
              <strong>{entry.actor}</strong>
              {entry.through === undefined ? null : ` (${entry.through}, looking through the account)`} {wordsOf(entry)}{' '}
              <Thing entry={entry} />{' '}
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
            <br /> {[placeOf(entry), entry.address].filter(Boolean).join(' · ')}
          </div>
        </li>
      ))}
    </ol>
  )
}

/** With what it was done: the key by its name, the browser as its owner knows it. */
function placeOf({ via, key, userAgent }: ActivityView): string {
  if (via === 'session') return userAgent === undefined ? '' : browserName(userAgent)
  return via === 'api-key' && key !== undefined ? `API key ${key}` : vias[via]
}

/** A refused sign-in is no sign-in. */
function wordsOf({ action, outcome }: ActivityView): string {
  return action === 'account.sign-in' && outcome !== 'done' ? 'tried to sign in' : (activityWords[action] ?? action)
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
function Detail({ entry: { meta, before, after } }: { readonly entry: ActivityView }) {
  const named = Array.isArray(meta['changed']) ? meta['changed'].map(String) : []
  // Of what is not shown with its values, e.g. variables that may be secrets, the names.
  const changes = [
    ...(before && after ? changesOf(before, after) : []),
    ...named.filter((name) => !(after && name in after)),
  ]
  if (changes.length > 0) return <small>{changes.join(', ')}</small>
  const command = meta['command']
  if (typeof command === 'string') return <code class="sub">&gt; {command}</code>
  if (typeof meta['permission'] === 'string') return <small>{meta['permission']}</small>
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

/** As `keepDays 365 → 90`; longer ones by their names alone. */
function changesOf(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): string[] {
  const short = (value: unknown) => (value === undefined || value === null ? 'none' : JSON.stringify(value))
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map((name) => {
      const change = `${short(before[name])} → ${short(after[name])}`
      return change.length > 60 ? name : `${name} ${change}`
    })
}
