// A server's name, its limits, and the way to its end.
import { formatMemory } from '#core/domain/resources.ts'
import { Button, ButtonLink, Card, ErrorSummary, Gauge, PageHead, TextField } from '#views/components/index.ts'
import type { FieldErrors, NodeView, ServerView, Shell } from '#views/models.ts'
import { LimitFields } from '#views/partials/limit-fields.tsx'
import { shared } from '#views/partials/node-picks.tsx'
import { ServerAdministration } from '#views/partials/server-administration.tsx'
import { ServerFrame } from '#views/partials/server-frame.tsx'
import { urls } from '#views/urls.ts'

export interface ServerSettingsProps {
  readonly shell: Shell
  readonly server: ServerView
  readonly node: NodeView
  /** Exactly what was typed, or what is stored. */
  readonly draft: {
    readonly name: string
    readonly memoryMiB: string
    readonly cpuPercent: string
    readonly diskGB: string
  }
  /** Of the forms for administrators, after a refused save. */
  readonly typed?: Readonly<Record<string, string>>
  readonly errors: FieldErrors
}

export function ServerSettingsPage({ shell, server, node, draft, typed = {}, errors }: ServerSettingsProps) {
  const mayLimit = server.may.has('server.limits')
  return (
    <ServerFrame shell={shell} server={server} title="Settings">
      <PageHead title="Settings" />
      <ErrorSummary errors={errors} before="saving" />
      <form class="stack" method="post" action={urls.serverSettings(server)} novalidate>
        <Card title="General">
          <div class="fields one">
            <TextField
              field={{ name: 'name', label: 'Name', hint: 'Shown in the list.', error: errors['name'] }}
              value={draft.name}
              maxlength={60}
              autocomplete="off"
              readonly={!server.may.has('server.settings.rename')}
              required
            />
          </div>
        </Card>
        <Card
          title="Limits"
          note={
            mayLimit
              ? 'Take effect at the next start'
              : server.suspended
                ? 'Not while it is suspended'
                : 'Only an administrator may change them'
          }
          footer={
            mayLimit || server.may.has('server.settings.rename') ? (
              <Button type="submit" kind="primary">
                Save
              </Button>
            ) : undefined
          }
        >
          <LimitFields draft={draft} errors={errors} locked={!mayLimit} />
          <Gauge
            heading={`Memory on ${node.name}, in use and promised`}
            label={`Memory of ${node.name}`}
            value={node.memory.used}
            promised={node.memory.promised}
            max={node.memory.offered}
            text={shared(formatMemory, node.memory.promised, node.memory.offered)}
          />
        </Card>
      </form>
      {shell.may.has('user.servers') ? <ServerAdministration server={server} typed={typed} errors={errors} /> : null}
      {server.may.has('server.reinstall') || server.may.has('server.delete') ? <Danger server={server} /> : null}
    </ServerFrame>
  )
}

function Danger({ server }: { readonly server: ServerView }) {
  const known = server.state === 'unreachable' ? server.lastState : server.state
  const busy = known === 'installing' || known === 'deleting'
  const running = server.offered.includes('stop') || server.offered.includes('kill')
  const reason = busy ? 'Not possible in its present state' : running ? 'Stop the server first' : undefined
  return (
    <Card title="Danger zone" class="danger-zone" flush>
      <ul class="list">
        {server.may.has('server.reinstall') ? (
          <li>
            <div class="main">
              <strong>Reinstall</strong>
              <small>Runs the installation again. Files that it does not write stay.</small>
            </div>
            <form method="post" action={urls.serverInstall(server)}>
              <Button type="submit" kind="danger" unavailable={reason}>
                Reinstall
              </Button>
            </form>
          </li>
        ) : null}
        {server.may.has('server.delete') ? (
          <li>
            <div class="main">
              <strong>Delete server</strong>
              <small>Removes its container, files and ports from {server.node.name}.</small>
            </div>
            <ButtonLink kind="danger" href={urls.serverDelete(server)}>
              Delete…
            </ButtonLink>
          </li>
        ) : null}
      </ul>
    </Card>
  )
}
