// Deleting a server: what goes, what stays, and its name to type. A page of its own, so that it works without script.
import { formatBytes } from '#core/domain/resources.ts'
import { Button, ButtonLink, ErrorSummary, Icon, TextField } from '#views/components/index.ts'
import type { FieldErrors, ServerView, Shell } from '#views/models.ts'
import { ServerFrame } from '#views/partials/server-frame.tsx'
import { urls } from '#views/urls.ts'

export interface ServerDeleteProps {
  readonly shell: Shell
  readonly server: ServerView
  /** What was typed, after a wrong try. */
  readonly typed: string
  /** `name` when it was not the server's name. */
  readonly errors: FieldErrors
}

export function ServerDeletePage({ shell, server, typed, errors }: ServerDeleteProps) {
  return (
    // Reached from Settings, so that is where one is.
    <ServerFrame
      shell={{ ...shell, path: urls.serverSettings(server) }}
      server={server}
      title="Delete"
      scripts={['confirm-name.js']}
    >
      <section class="card question">
        <div class="body">
          <div>
            <h1>Delete {server.name}?</h1>
            <p class="dim">This cannot be undone.</p>
          </div>
          <ErrorSummary errors={errors} before="deleting" />
          <ul class="consequences">
            {losses(server).map((text) => (
              <li>
                <Icon name="x" />
                <span>{text}</span>
              </li>
            ))}
            <li class="kept">
              <Icon name="check" />
              <span>The activity log keeps who deleted it and when</span>
            </li>
          </ul>
          <form class="stack" method="post" action={urls.serverDelete(server)} data-confirm-name={server.name}>
            <TextField
              field={{ name: 'name', label: `Type ${server.name} to confirm`, error: errors['name'] }}
              value={typed}
              autocomplete="off"
              autocapitalize="off"
              spellcheck={false}
              required
            />
            <div class="actions end-actions">
              <ButtonLink href={urls.serverSettings(server)}>Keep it</ButtonLink>
              <Button type="submit" kind="danger-solid">
                Delete server
              </Button>
            </div>
          </form>
        </div>
      </section>
    </ServerFrame>
  )
}

function losses({ stats, node, ports, state }: ServerView): readonly string[] {
  const players = stats?.players ?? 0
  const disk = stats?.diskBytes ?? null
  return [
    `${disk === null ? 'All its files' : `${formatBytes(disk)} of files`} on ${node.name} go`,
    ports.length === 1
      ? `Port ${ports[0]?.port} becomes free for other servers`
      : `Ports ${ports.map(({ port }) => port).join(', ')} become free for other servers`,
    ...(players > 0
      ? [
          players === 1
            ? '1 player is online and will be disconnected'
            : `${players} players are online and will be disconnected`,
        ]
      : []),
    ...(state === 'unreachable' ? [`${node.name} does not answer now; it deletes the files when it is back`] : []),
  ]
}
