// Setting up an authenticator app: scan, then type the first code.
import { Button, Card, Copy, ErrorSummary, PageHead, QrCode, TextField } from '#views/components/index.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { Shell } from '#views/models.ts'
import { urls } from '#views/urls.ts'

export interface AppSetupProps {
  readonly shell: Shell
  readonly setup: { readonly secret: string; readonly uri: string }
  readonly error: string | undefined
}

export function AppSetupPage({ shell, setup, error }: AppSetupProps) {
  return (
    <AppLayout shell={shell} title="Authenticator app" scripts={['one-time-code.js']}>
      <PageHead title="Authenticator app" lead="Scan this with the app on your phone, then type the code it shows." />
      <ErrorSummary errors={error === undefined ? {} : { code: error }} before="it is on" />
      <Card>
        <div class="qr-setup actions">
          <QrCode text={setup.uri} label="QR code for your authenticator app" />
          <form class="stack" method="post" action={urls.accountTotp()}>
            <p>
              Cannot scan? Type this key into the app: <Copy value={setup.secret} what="key" />
            </p>
            <TextField
              field={{ name: 'code', label: 'Code', hint: 'Six digits; they change every 30 seconds.', error }}
              autocomplete="one-time-code"
              inputmode="numeric"
              maxlength={20}
              required
              autofocus
              mono
              data-one-time-code
            />
            <div class="actions">
              <Button type="submit" kind="primary">
                Turn on
              </Button>
              <a class="button ghost" href={urls.accountSecurity()}>
                Cancel
              </a>
            </div>
          </form>
        </div>
      </Card>
    </AppLayout>
  )
}
