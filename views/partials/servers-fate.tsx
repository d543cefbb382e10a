// What becomes of the servers of an account that is deleted. Fields `servers` (transfer, delete) and `to`.
import { TextField } from '#views/components/index.ts'

export interface ServersFateProps {
  readonly count: number
  readonly chosen: string
  /** Undefined: they can only go to the owner of the panel. */
  readonly to: string | undefined
  readonly error?: string | undefined
}

export function ServersFate({ count, chosen, to, error }: ServersFateProps) {
  const servers = count === 1 ? 'the server' : `the ${count} servers`
  return (
    <fieldset class="stack">
      <legend>What happens to {servers}?</legend>
      <label class="check">
        <input type="radio" name="servers" value="transfer" checked={chosen !== 'delete'} />
        <span>
          Somebody else gets {count === 1 ? 'it' : 'them'}
          <small>{to === undefined ? 'The owner of this panel.' : 'They run on as they are.'}</small>
        </span>
      </label>
      {to === undefined ? null : (
        <TextField
          field={{
            name: 'to',
            label: 'Who',
            optional: true,
            hint: 'The address of an account; empty: the owner of this panel.',
            error,
          }}
          type="email"
          value={to}
          autocomplete="off"
        />
      )}
      <label class="check">
        <input type="radio" name="servers" value="delete" checked={chosen === 'delete'} />
        <span>
          Delete {count === 1 ? 'it' : 'them'}
          <small>With all files on the nodes. This cannot be undone.</small>
        </span>
      </label>
    </fieldset>
  )
}
