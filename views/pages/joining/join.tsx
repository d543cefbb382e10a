// The link of an invitation or a registration: name and password make the account. POST urls.join with `token name password`.
import { Button, ErrorSummary, TextField } from '#views/components/index.ts'
import { BareLayout, type Stage } from '#views/layouts/bare.tsx'
import type { FieldErrors } from '#views/models.ts'
import { urls } from '#views/urls.ts'
import { NameField, NewPasswordField } from './sign-up.tsx'

export interface JoinProps extends Stage {
  readonly token: string
  readonly email: string
  readonly name: string
  readonly errors: FieldErrors
}

export function JoinPage({ token, email, name, errors, ...stage }: JoinProps) {
  return (
    <BareLayout {...stage} title="Make your account" chart="figure">
      <form class="stage-narrow" method="post" action={urls.join()}>
        <h1>Make your account</h1>
        <ErrorSummary errors={errors} before="you go on" />
        <input type="hidden" name="token" value={token} />
        <TextField
          field={{ name: 'email', label: 'E-mail', hint: 'You sign in with it.' }}
          type="email"
          autocomplete="username"
          value={email}
          readonly
        />
        <NameField value={name} error={errors['name']} />
        <NewPasswordField error={errors['password']} />
        <Button type="submit" kind="primary" size="large" wide>
          Make the account
        </Button>
      </form>
    </BareLayout>
  )
}
