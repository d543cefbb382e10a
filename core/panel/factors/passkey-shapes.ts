// What a browser hands over for a passkey, checked for its shape; whether it is true is the library's to say.
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { z } from 'zod'
import { PublicError } from '#core/base/errors.ts'

/** The largest attestation of a hardware key is some kilobytes. */
const longest = 16_384

const base64url = z.string().regex(/^[\w-]+$/)
const common = {
  id: base64url.max(1400),
  rawId: base64url.max(1400),
  type: z.literal('public-key'),
  authenticatorAttachment: z.string().max(40).optional(),
  clientExtensionResults: z.record(z.string(), z.unknown()).default({}),
}

const registration = z.object({
  ...common,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(z.string().max(20)).max(10).optional(),
  }),
})

const authentication = z.object({
  ...common,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.nullish(),
  }),
})

export function registrationResponse(text: string): RegistrationResponseJSON {
  return read(registration, text) as unknown as RegistrationResponseJSON
}

export function authenticationResponse(text: string): AuthenticationResponseJSON {
  return read(authentication, text) as unknown as AuthenticationResponseJSON
}

function read<S extends z.ZodType>(schema: S, text: string): z.output<S> {
  try {
    if (text.length > longest) throw new RangeError(`longer than ${longest} characters`)
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    throw new PublicError('passkey-unreadable', 'The browser did not send a passkey.', {
      status: 422,
      hint: 'Use the button that asks for it.',
      cause,
    })
  }
}
