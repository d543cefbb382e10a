// The secret of a link, from the address or from the form behind it.
import { PublicError } from '#core/base/errors.ts'
import type { FormValues } from './forms.ts'

export function linkToken(values: FormValues): string {
  const token = values['token'] ?? ''
  if (/^[\w-]{43}$/.test(token)) return token
  throw new PublicError('link-broken', 'This link is not complete.', {
    status: 410,
    hint: 'Open it from the mail again, or copy the whole of it.',
  })
}
