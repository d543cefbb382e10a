// The command line of a server, with what comes from variables marked and secrets covered.
import type { Blueprint } from '#core/domain/blueprint.ts'

export interface CommandPart {
  readonly text: string
  /** Name of the variable it comes from. */
  readonly variable?: string
}

export interface CommandLineProps {
  readonly blueprint: Pick<Blueprint, 'start' | 'variables'>
  /** Filled in, one for each of the blueprint's; empty: the image's own command. */
  readonly command: readonly string[]
}

export function CommandLine({ blueprint, command }: CommandLineProps) {
  if (command.length === 0) return <p class="dim">The image’s own command, with the variables in its environment.</p>
  const secrets = new Set(blueprint.variables.filter(({ kind }) => kind === 'secret').map(({ name }) => name))
  return (
    <pre class="well command-text" tabindex={0} aria-label="Command line">
      {command.map((argument, index) => (
        <>
          {index === 0 ? '' : ' '}
          {quoted(partsOf(blueprint.start[index] ?? '', argument)).map(({ text, variable }) =>
            variable === undefined ? (
              text
            ) : (
              <span class="from-variable" title={variable}>
                {secrets.has(variable) ? '••••••' : text}
              </span>
            ),
          )}
        </>
      ))}
    </pre>
  )
}

/** Which parts of a filled-in argument stood in its template, and which came from variables. */
export function partsOf(template: string, filled: string): readonly CommandPart[] {
  const pieces = template.split(/\{\{([A-Z][A-Z0-9_]*)\}\}/)
  const pattern = pieces.map((piece, index) => (index % 2 === 1 ? '([^]*?)' : escape(piece))).join('')
  const match = new RegExp(`^${pattern}$`).exec(filled)
  if (!match) return [{ text: filled }]
  let group = 0
  return pieces
    .map((piece, index) => (index % 2 === 1 ? { text: match[++group] ?? '', variable: piece } : { text: piece }))
    .filter(({ text }) => text !== '')
}

/** As one would type it: quotes around what a shell would cut up. */
function quoted(parts: readonly CommandPart[]): readonly CommandPart[] {
  const whole = parts.map(({ text }) => text).join('')
  if (whole !== '' && /^[\w@%+=:,./-]+$/.test(whole)) return parts
  const inside = parts.map((part) => ({ ...part, text: part.text.replaceAll("'", String.raw`'\''`) }))
  return [{ text: "'" }, ...inside, { text: "'" }]
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
