// Recovery codes: ten, each for one sign-in without the second factor.
import { createHash, randomBytes } from 'node:crypto'
import { encodeBase32LowerCaseNoPadding } from '@oslojs/encoding'

const howMany = 10
/** 50 random bits: beyond guessing at the few tries that the sign-in lets through. */
const codeCharacters = 10

/** As shown, `abcde-fgh23`. They are seen once; what is stored is recoveryHash. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: howMany }, () => {
    const code = encodeBase32LowerCaseNoPadding(randomBytes(7)).slice(0, codeCharacters)
    return `${code.slice(0, 5)}-${code.slice(5)}`
  })
}

/** Undefined for what cannot be a recovery code; case, spaces and dashes do not matter. */
export function recoveryHash(userId: string, typed: string): string | undefined {
  const code = typed.toLowerCase().replace(/[\s-]/g, '')
  if (!/^[a-z2-7]{10}$/.test(code)) return undefined
  // With the account in it: equal codes of two people have different hashes, and a table of hashes serves nobody.
  return createHash('sha256').update(`${userId} ${code}`).digest('hex')
}
