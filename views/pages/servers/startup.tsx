// What a server starts with: image, variables and the command line they make.
import type { Blueprint } from '#core/domain/blueprint.ts'
import type { FieldErrors, ServerView, Shell } from '#views/models.ts'

export interface ServerStartupProps {
  readonly shell: Shell
  readonly server: ServerView
  readonly blueprint: Blueprint
  readonly image: string
  /** By variable name, as text; secrets may be given, they are never drawn. */
  readonly variables: Readonly<Record<string, string>>
  /** The resulting command line; empty: the image's own command. */
  readonly command: readonly string[]
  readonly errors: FieldErrors
}

export function ServerStartupPage({ shell, server, blueprint, image, errors }: ServerStartupProps) {
  return (
    <main>
      {shell.instance} {server.name} {blueprint.name} {image} {Object.keys(errors).length}
    </main>
  )
}
