// Set-up, first step: the owner's account. POST urls.setup with `token name email password`.
import { BareLayout, type Stage } from '#views/layouts/bare.tsx'
import type { FieldErrors } from '#views/models.ts'

export interface SetupOwnerProps extends Stage {
  /** The one-time set-up token from the address; empty: the form asks for it. */
  readonly token: string
  readonly values: { readonly name: string; readonly email: string }
  readonly errors: FieldErrors
}

export function SetupOwnerPage({ token, values, errors, ...stage }: SetupOwnerProps) {
  return (
    <BareLayout {...stage} title="Set up">
      {token} {values.name} {Object.keys(errors).length}
    </BareLayout>
  )
}
