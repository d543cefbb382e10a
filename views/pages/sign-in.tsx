// Signing in: e-mail and password. Shows the name of the installation and nothing else about it.
import { BareLayout, type Stage } from '#views/layouts/bare.tsx'

export interface SignInProps extends Stage {
  /** As typed, after a failed try. */
  readonly email: string
  /** One sentence that does not say which half was wrong. */
  readonly error: string | undefined
  /** Where to go afterwards, a path of ours. */
  readonly next: string | undefined
}

export function SignInPage({ email, error, next, ...stage }: SignInProps) {
  return (
    <BareLayout {...stage} title="Sign in">
      {email} {error} {next}
    </BareLayout>
  )
}
