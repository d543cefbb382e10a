// Form fields: label above, hint and error below, tied together for screen readers. Required is the norm; optional ones say so.
import type { Child, JSX } from 'hono/jsx'
import { Icon } from './icon.tsx'

/** Element id of a field by its name: `variables.MAX_PLAYERS` → `f-variables-MAX_PLAYERS`. */
export const fieldId = (name: string): string => `f-${name.replace(/[^\w-]+/g, '-')}`

export interface FieldProps {
  readonly name: string
  /** Element id, where two fields of a page share a name. */
  readonly id?: string
  readonly label: string
  readonly hint?: Child
  readonly error?: string | undefined
  readonly optional?: boolean
  /** Over the whole width of its form. */
  readonly wide?: boolean
  /** Beside the label, at its end. */
  readonly aside?: Child
}

/** What ties a control to its label, hint and error. */
export function tied({ name, id: given, hint, error }: Pick<FieldProps, 'name' | 'id' | 'hint' | 'error'>) {
  const id = given ?? fieldId(name)
  const described = [hint ? `${id}-hint` : '', error === undefined ? '' : `${id}-error`].filter(Boolean).join(' ')
  return {
    id,
    name,
    'aria-describedby': described === '' ? undefined : described,
    'aria-invalid': error === undefined ? undefined : ('true' as const),
  }
}

export function Field({ children, ...field }: FieldProps & { readonly children?: Child }) {
  const id = field.id ?? fieldId(field.name)
  return (
    <div class={field.wide ? 'field wide' : 'field'}>
      <div class="label">
        <label for={id}>
          {field.label}
          {field.optional ? <small> (optional)</small> : null}
        </label>
        {field.aside}
      </div>
      {children}
      {field.hint ? (
        <p class="hint" id={`${id}-hint`}>
          {field.hint}
        </p>
      ) : null}
      <FieldError {...field} />
    </div>
  )
}

export function FieldError({ name, id, error }: Pick<FieldProps, 'name' | 'id' | 'error'>) {
  return error === undefined ? null : (
    <p class="error" id={`${id ?? fieldId(name)}-error`}>
      <Icon name="circle-alert" />
      {error}
    </p>
  )
}

type InputProps = Omit<JSX.IntrinsicElements['input'], 'name' | 'class'>

/** One line of text, e-mail address, password … `mono` for what one could copy or type. */
export function TextField({
  field,
  mono = false,
  ...input
}: InputProps & { readonly field: FieldProps; readonly mono?: boolean }) {
  return (
    <Field {...field}>
      <input type="text" {...input} {...tied(field)} class={mono ? 'input mono' : 'input'} />
    </Field>
  )
}

/** A password with a button that shows it. */
export function PasswordField({ field, ...input }: InputProps & { readonly field: FieldProps }) {
  return (
    <Field {...field}>
      <div class="unit">
        <input {...input} type="password" {...tied(field)} />
        <button
          type="button"
          class="button ghost icon-only only-script"
          data-reveal={field.id ?? fieldId(field.name)}
          aria-label="Show password"
          aria-pressed="false"
        >
          <Icon name="eye" />
        </button>
      </div>
    </Field>
  )
}

/** A number with its unit. */
export function NumberField({
  field,
  unit,
  ...input
}: InputProps & { readonly field: FieldProps; readonly unit?: string | undefined }) {
  return (
    <Field {...field}>
      <div class="unit">
        <input inputmode="numeric" {...input} type="number" {...tied(field)} />
        {unit === undefined ? null : <span class="end">{unit}</span>}
      </div>
    </Field>
  )
}

export interface Option {
  readonly value: string
  readonly label: string
  readonly disabled?: boolean
}

export function SelectField({
  field,
  options,
  value,
  ...select
}: Omit<JSX.IntrinsicElements['select'], 'name' | 'class' | 'value'> & {
  readonly field: FieldProps
  readonly options: readonly Option[]
  readonly value: string
}) {
  return (
    <Field {...field}>
      <select {...select} {...tied(field)} class="select">
        {options.map((option) => (
          <option value={option.value} selected={option.value === value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
    </Field>
  )
}

export function TextareaField({
  field,
  value,
  mono = false,
  ...area
}: Omit<JSX.IntrinsicElements['textarea'], 'name' | 'class' | 'value'> & {
  readonly field: FieldProps
  readonly value: string
  readonly mono?: boolean
}) {
  return (
    <Field {...field}>
      <textarea {...area} {...tied(field)} class={mono ? 'textarea mono' : 'textarea'}>
        {/* The parser drops the first line break of a textarea. */}
        {value.startsWith('\n') ? `\n${value}` : value}
      </textarea>
    </Field>
  )
}

/** A checkbox (part of a form) or a switch, with its label at its side. */
export function CheckField({
  field,
  look = 'checkbox',
  ...input
}: InputProps & { readonly field: FieldProps; readonly look?: 'checkbox' | 'switch' }) {
  const id = field.id ?? fieldId(field.name)
  return (
    <div class={field.wide ? 'field wide' : 'field'}>
      <label class="check">
        <input
          value="true"
          {...input}
          type="checkbox"
          {...tied(field)}
          class={look === 'switch' ? 'switch' : undefined}
          role={look === 'switch' ? 'switch' : undefined}
        />
        <span>
          {field.label}
          {field.hint ? <small id={`${id}-hint`}>{field.hint}</small> : null}
        </span>
      </label>
      <FieldError {...field} />
    </div>
  )
}

/** The visible filter of a list; `/` moves there. */
export function SearchField({ label, ...input }: InputProps & { readonly label: string; readonly name: string }) {
  return (
    <label class="search">
      <Icon name="search" />
      <span class="sr">{label}</span>
      <input placeholder={label} {...input} type="search" autocomplete="off" data-slash />
      <span class="kbd only-script" aria-hidden="true">
        /
      </span>
    </label>
  )
}
