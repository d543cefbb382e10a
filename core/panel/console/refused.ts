// Why a command was not sent, for the line below the console.
import type { PublicError } from '#core/base/errors.ts'

export function commandRefused(error: PublicError): string {
  const [field] = Object.values((error.details['fields'] ?? {}) as Record<string, string>)
  return field ?? error.message
}
