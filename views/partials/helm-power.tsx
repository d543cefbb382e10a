// Power in the helm: one form, a button for each action that makes sense now. Its root carries ids.serverPower(id):
// push it with hx-swap="outerMorph".
import { ids } from '#views/ids.ts'
import type { ServerView } from '#views/models.ts'
import { urls } from '#views/urls.ts'

export function HelmPower({ server }: { readonly server: ServerView }) {
  return (
    <form id={ids.serverPower(server.id)} method="post" action={urls.serverPower(server)}>
      {server.offered.map((action) => (
        <button type="submit" name="action" value={action}>
          {action}
        </button>
      ))}
    </form>
  )
}
