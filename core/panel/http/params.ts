// Ids in addresses: what is no UUID names nothing, and must not reach the database as a type error.
import type { PublicError } from '#core/base/errors.ts'
import type { AppContext } from './types.ts'

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export function idParam(c: AppContext, name: string, absent: () => PublicError): string {
  const value = c.req.param(name)
  if (value === undefined || !uuid.test(value)) throw absent()
  return value
}
