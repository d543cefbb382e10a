// A name that a person gives to something: one line of text that can be seen.
import { z } from 'zod'

/** Control characters and line ends, and those that turn the direction of what stands around the name. */
const unseen = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u
/** Spaces of no width alone would be a name that nobody sees. */
const seen = /[\p{L}\p{N}\p{P}\p{S}]/u

/** `missing`: what to say when there is none. */
export function nameSchema(missing: string) {
  return z
    .string(missing)
    .trim()
    .max(60, 'At most 60 characters.')
    .refine((name) => seen.test(name), missing)
    .refine((name) => !unseen.test(name), 'One line of text, without characters that cannot be seen.')
}
