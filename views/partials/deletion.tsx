// The question before something is deleted for good: what goes, what stays, and its name to type. The page is a form
// without script; `confirm-name.js`, where a page brings it, opens the button only for the right name.
import type { Child } from 'hono/jsx'
import { Button, ButtonLink, ErrorSummary, Icon, TextField } from '#views/components/index.ts'
import type { FieldErrors } from '#views/models.ts'

export interface DeletionProps {
  readonly question: string
  readonly goes: readonly string[]
  readonly stays: string
  readonly action: string
  readonly confirm: {
    /** Of the field. */
    readonly name: string
    readonly text: string
    readonly typed: string
    /** For `confirm-name.js`. */
    readonly scripted?: boolean
  }
  readonly errors: FieldErrors
  readonly submit: string
  readonly back: { readonly href: string; readonly label: string }
  /** More to decide, above the name. */
  readonly children?: Child
}

export function Deletion({ question, goes, stays, action, confirm, errors, submit, back, children }: DeletionProps) {
  const { name, text, typed, scripted = false } = confirm
  return (
    <section class="card question">
      <div class="body">
        <div>
          <h1>{question}</h1>
          <p class="dim">This cannot be undone.</p>
        </div>
        <ErrorSummary errors={errors} before="deleting" />
        <ul class="checks">
          {goes.map((what) => (
            <li class="failed">
              <Icon name="x" />
              <span>{what}</span>
            </li>
          ))}
          <li class="done">
            <Icon name="check" />
            <span>{stays}</span>
          </li>
        </ul>
        <form class="stack" method="post" action={action} data-confirm-name={scripted ? text : undefined}>
          {children}
          <TextField
            field={{ name, label: `Type ${text} to confirm`, error: errors[name] }}
            value={typed}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            required
          />
          <div class="actions">
            <ButtonLink href={back.href}>{back.label}</ButtonLink>
            <Button type="submit" kind="danger-solid">
              {submit}
            </Button>
          </div>
        </form>
      </div>
    </section>
  )
}
