// Deleting a server: what goes, what stays, and its name to type. A page of its own, so that it works without script.
import { formatBytes } from '#core/domain/resources.ts'
import type { FieldErrors, ServerView, Shell } from '#views/models.ts'
import { Deletion } from '#views/partials/deletion.tsx'
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
      shell={shell}
      place={urls.serverSettings(server)}
      server={server}
      title="Delete"
      scripts={['confirm-name.js']}
    >
      <Deletion
        question={`Delete ${server.name}?`}
        goes={losses(server)}
        stays="The activity log keeps who deleted it and when"
        action={urls.serverDelete(server)}
        confirm={{ name: 'name', text: server.name, typed, scripted: true }}
        errors={errors}
        submit="Delete server"
        back={{ href: urls.serverSettings(server), label: 'Keep it' }}
      />
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
