// One variable of a blueprint as a form field of its kind, with its rules as attributes so that the browser helps first.
import type { Variable } from '#core/domain/blueprint.ts'
import { CheckField, type FieldProps, NumberField, SelectField, TextField } from '#views/components/field.tsx'

export interface VariableFieldProps {
  readonly variable: Variable
  /** As typed or stored; undefined: the default. A stored secret is never drawn. */
  readonly value: string | undefined
  readonly error: string | undefined
  /** An administrator may change what `access: 'admin'` only shows to others. */
  readonly mayChange: boolean
  /** Whoever looks changes no variable at all. */
  readonly readonly?: boolean
  /** A server that exists has its secrets already: an empty field keeps them. */
  readonly existing?: boolean
}

export function VariableField({
  variable,
  value,
  error,
  mayChange,
  readonly = false,
  existing = false,
}: VariableFieldProps) {
  const reserved = variable.access !== 'user' && !mayChange
  const locked = reserved || readonly
  const field: FieldProps = {
    name: `variables.${variable.name}`,
    label: variable.label,
    hint: reserved ? joined(variable.hint, 'Only an administrator may change this.') : hintOf(variable, existing),
    error,
    optional: !variable.required && (variable.kind === 'text' || variable.kind === 'secret'),
  }
  const common = { required: variable.required, disabled: locked }
  switch (variable.kind) {
    case 'text':
      return (
        <TextField
          field={field}
          {...common}
          value={value ?? variable.default}
          minlength={variable.minLength}
          maxlength={variable.maxLength}
          pattern={browserPattern(variable.pattern)}
          title={variable.patternHint}
          autocomplete="off"
          spellcheck={false}
        />
      )
    case 'secret':
      return (
        <TextField
          field={field}
          mono
          disabled={locked}
          required={variable.required && !variable.generate && !existing && variable.default === ''}
          value={existing ? '' : value}
          minlength={variable.minLength}
          maxlength={variable.maxLength}
          placeholder={existing ? 'Unchanged' : variable.generate ? 'Made for you' : undefined}
          autocomplete="off"
          spellcheck={false}
        />
      )
    case 'number':
      return (
        <NumberField
          field={field}
          {...common}
          unit={variable.unit}
          value={value ?? String(variable.default)}
          min={variable.min}
          max={variable.max}
          step={variable.step}
        />
      )
    case 'switch':
      return (
        <div>
          {/* A checkbox that is off sends nothing: of a name sent twice the last value counts. */}
          {locked ? null : <input type="hidden" name={field.name} value={variable.off} />}
          <CheckField
            field={field}
            look="switch"
            disabled={locked}
            value={variable.on}
            checked={value === undefined ? variable.default : value === variable.on || value === 'on'}
          />
        </div>
      )
    case 'choice':
      return <SelectField field={field} {...common} options={variable.options} value={value ?? variable.default} />
  }
}

function hintOf(variable: Variable, existing: boolean): string | undefined {
  const { hint } = variable
  if (variable.kind === 'secret') {
    if (existing) return joined(hint, 'Leave it empty to keep the present one.')
    return variable.generate ? joined(hint, 'Left empty, one is made at random.') : hint
  }
  if (variable.kind !== 'number') return hint
  const { min, max, unit = '' } = variable
  if (min !== undefined && max !== undefined) return joined(hint, `From ${min} to ${max}${unit && ` ${unit}`}.`)
  return hint
}

const joined = (...sentences: (string | undefined)[]): string => sentences.filter(Boolean).join(' ')

/** Browsers compile patterns with the `v` flag, which refuses some that `u` takes; then only the server checks. */
function browserPattern(pattern: string | undefined): string | undefined {
  if (pattern === undefined) return undefined
  try {
    void new RegExp(`^(?:${pattern})$`, 'v')
    return pattern
  } catch {
    return undefined
  }
}
