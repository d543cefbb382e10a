// What is wrong with a form, at its top: focused after a refused submit, each line a link to its field.
import { fieldId } from './field.tsx'
import { Icon } from './icon.tsx'

export interface ErrorSummaryProps {
  /** By field name; '' is about the whole form. */
  readonly errors: Readonly<Record<string, string>>
  /** e.g. `saving`. */
  readonly before: string
}

const counted = ['Nothing', 'One thing', 'Two things', 'Three things', 'Four things', 'Five things']

export function ErrorSummary({ errors, before }: ErrorSummaryProps) {
  const entries = Object.entries(errors)
  if (entries.length === 0) return null
  return (
    <div class="summary" role="alert" tabindex={-1} data-focus>
      <h2 class="row">
        <Icon name="circle-alert" />
        {counted[entries.length] ?? `${entries.length} things`} to fix before {before}
      </h2>
      <ul>
        {entries.map(([name, text]) => (
          <li>
            {name === '' ? (
              text
            ) : (
              <a class="link" href={`#${fieldId(name)}`}>
                {text}
              </a>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}
