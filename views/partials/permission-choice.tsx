// Permissions to tick, group by group, as rows of one column. Labels stand beside their box; where several columns stand
// beside one another (`MatrixLabels`), static/css/people/matrix.css shows the labels once.
import type { PermissionDescription } from '#core/permissions/catalogue.ts'
import { Tag } from '#views/components/index.ts'

export interface PermissionRow {
  readonly name: string
  readonly group: string
  /** Begins with a capital letter: `Start the server`. */
  readonly words: string
  readonly danger: PermissionDescription['danger']
  /** Nothing in this version asks for it yet. */
  readonly later: boolean
  readonly checked: boolean
  /** Why it cannot be changed by whoever looks; undefined: it can. */
  readonly locked?: string | undefined
}

export interface PermissionChoiceProps {
  /** Fields are called `<prefix>.<permission>`. */
  readonly prefix: string
  readonly rows: readonly PermissionRow[]
  /** Of the heading of each group: below the one of what it belongs to. */
  readonly headings?: 'h3' | 'h4'
}

export function PermissionChoice({ prefix, rows, headings: Heading = 'h3' }: PermissionChoiceProps) {
  return (
    <>
      {[...Map.groupBy(rows, ({ group }) => group)].map(([group, members]) => (
        <>
          <Heading class="may-group">{group}</Heading>
          {members.map((row) => (
            <label class="check may">
              <input
                type="checkbox"
                name={`${prefix}.${row.name}`}
                value="on"
                checked={row.checked}
                disabled={row.locked !== undefined}
                title={row.locked}
                data-may={row.name}
              />
              <span>
                <Words row={row} />
              </span>
            </label>
          ))}
        </>
      ))}
    </>
  )
}

/** The first column of a matrix: what each row means. The boxes have these words as their own names too. */
export function MatrixLabels({ rows }: { readonly rows: readonly PermissionRow[] }) {
  return (
    <div class="matrix-labels" aria-hidden="true">
      <p class="may-head">May…</p>
      {[...Map.groupBy(rows, ({ group }) => group)].map(([group, members]) => (
        <>
          <p class="may-group">{group}</p>
          {members.map((row) => (
            <p class="may">
              <Words row={row} />
            </p>
          ))}
        </>
      ))}
    </div>
  )
}

function Words({ row: { words, danger, later } }: { readonly row: PermissionRow }) {
  return (
    <>
      {words}
      {danger === 'high' ? <Tag tone="warn">careful</Tag> : null}
      {later ? <small>not used yet</small> : null}
    </>
  )
}
