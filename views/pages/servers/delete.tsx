// Deleting a server: what goes, and its name to type.
import type { FieldErrors, ServerView, Shell } from '#views/models.ts'

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
    <main>
      {shell.instance} {server.name} {typed} {Object.keys(errors).length}
    </main>
  )
}
