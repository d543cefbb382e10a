// Forms and query strings as text by field name, and the one way from there to checked values.
import type { z } from 'zod'
import { InvalidInput, PublicError } from '#core/base/errors.ts'
import type { AppContext } from './types.ts'

/** Exactly what was typed, by field name (`name`, `variables.MAX_PLAYERS`): a field sent twice keeps its last value. */
export type FormValues = Readonly<Record<string, string>>

/** More fields than any page of ours has; a form with more is not ours. */
const mostFields = 500

/** No column of PostgreSQL can hold it, and nobody can type it. */
export const noNul = 'Text cannot hold the character U+0000.'

/** The body of a form request; files are refused, since no form of ours has one. */
export async function formValues(c: AppContext): Promise<FormValues> {
  const type = c.req.header('content-type') ?? ''
  if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type)) return {}
  let form: FormData
  try {
    form = await c.req.formData()
  } catch (cause) {
    throw new PublicError('unreadable-form', 'The form could not be read.', { status: 400, cause })
  }
  return fromEntries(form.entries())
}

/** The query string in the same shape, e.g. for filters and for drafts that travel in the address. */
export function queryValues(c: AppContext): FormValues {
  return fromEntries(new URL(c.req.url).searchParams.entries())
}

function fromEntries(entries: Iterable<[string, FormDataEntryValue]>): FormValues {
  // Without a prototype, so that a field called `__proto__` is a field like any other.
  const values: Record<string, string> = Object.create(null)
  let count = 0
  for (const [name, value] of entries) {
    if (++count > mostFields)
      throw new PublicError('unreadable-form', `A form has at most ${mostFields} fields.`, { status: 413 })
    if (typeof value !== 'string')
      throw new PublicError('unreadable-form', 'This form takes text, not files.', { status: 400 })
    if (value.includes('\0')) throw new InvalidInput({ [name.replaceAll('\0', '')]: noNul })
    values[name] = value
  }
  return values
}

/** Values whose name begins with `prefix.`, by the rest of the name: `group(values, 'variables').MAX_PLAYERS`. */
export function group(values: FormValues, prefix: string): FormValues {
  const found: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(values)) {
    if (name.startsWith(`${prefix}.`)) found[name.slice(prefix.length + 1)] = value
  }
  return found
}

/** Checked values, or InvalidInput with one sentence a field. */
export function parse<S extends z.ZodType>(schema: S, values: unknown): z.output<S> {
  const result = schema.safeParse(values)
  if (result.success) return result.data
  throw new InvalidInput(fieldErrors(result.error))
}

/** The first complaint about each field, by its dotted name; those about the whole form under ''. */
export function fieldErrors(error: z.ZodError): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const issue of error.issues) fields[issue.path.map(String).join('.')] ??= issue.message
  return fields
}
