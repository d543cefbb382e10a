// A person's own page. Its forms: account/profile.tsx.
import { Card, CheckField, PageHead } from '#views/components/index.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { FieldErrors, Shell } from '#views/models.ts'
import { AccountTabs } from '#views/partials/account-tabs.tsx'
import { urls } from '#views/urls.ts'
import { DataCard, EmailCard, LookCard, NameCard } from './account/profile.tsx'

export interface AccountProps {
  readonly shell: Shell
  readonly errors?: FieldErrors | undefined
  readonly values?: Readonly<Record<string, string>> | undefined
}

export function AccountPage({ shell, errors = {}, values = {} }: AccountProps) {
  return (
    <AppLayout shell={shell} title="Account">
      <PageHead title="Account" lead={shell.user.email} />
      <AccountTabs current={urls.account()} />
      <div class="side">
        <div>
          <NameCard shell={shell} errors={errors} values={values} />
          <EmailCard shell={shell} errors={errors} values={values} />
        </div>
        <div>
          <LookCard shell={shell} errors={errors} />
          <DataCard shell={shell} />
          <Card title="Keyboard" class="only-script">
            <CheckField
              field={{
                name: 'letter-keys',
                label: 'Single-letter keys',
                hint: 'Press ? for the list. Kept in this browser.',
              }}
              look="switch"
              data-setting="letter-keys"
            />
          </Card>
        </div>
      </div>
    </AppLayout>
  )
}
