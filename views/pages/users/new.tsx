// A new user, made by an administrator. POST urls.users with `name email password verified`; without a password they get a link.
import {
  Button,
  ButtonLink,
  Card,
  CheckField,
  ErrorSummary,
  PageHead,
  PasswordField,
  TextField,
} from '#views/components/index.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { FieldErrors, Shell } from '#views/models.ts'
import { urls } from '#views/urls.ts'

export interface NewUserProps {
  readonly shell: Shell
  readonly values: { readonly name: string; readonly email: string; readonly verified: boolean }
  readonly errors: FieldErrors
}

export function NewUserPage({ shell, values, errors }: NewUserProps) {
  return (
    <AppLayout shell={shell} title="New user">
      <PageHead title="New user" lead="An invitation is the usual way; here the account is there at once." />
      <ErrorSummary errors={errors} before="the user is made" />
      <form method="post" action={urls.users()}>
        <Card
          title="Account"
          footer={
            <>
              <Button type="submit" kind="primary">
                Make the user
              </Button>
              <ButtonLink href={urls.users()}>Cancel</ButtonLink>
            </>
          }
        >
          <div class="fields">
            <TextField
              field={{ name: 'name', label: 'Name', error: errors['name'] }}
              value={values.name}
              maxlength={60}
              autocomplete="off"
              required
            />
            <TextField
              field={{ name: 'email', label: 'E-mail', error: errors['email'] }}
              type="email"
              value={values.email}
              autocomplete="off"
              required
            />
            <PasswordField
              field={{
                name: 'password',
                label: 'Password',
                optional: true,
                hint: 'Left empty, you get a link with which they choose one.',
                error: errors['password'],
              }}
              autocomplete="new-password"
            />
            <CheckField
              field={{
                name: 'verified',
                label: 'The address is theirs',
                hint: 'Otherwise they confirm it by mail before they sign in.',
              }}
              checked={values.verified}
            />
          </div>
        </Card>
      </form>
    </AppLayout>
  )
}
