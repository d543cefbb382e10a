// Accounts elsewhere that open this one: linked and unlinked.
import { Button, Card, Icon, PageHead, Time } from '#views/components/index.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { Shell } from '#views/models.ts'
import { AccountTabs } from '#views/partials/account-tabs.tsx'
import { ProviderButton, type ProviderPlace } from '#views/partials/provider-button.tsx'
import { urls } from '#views/urls.ts'

interface LinkedView {
  readonly id: string
  readonly provider: ProviderPlace
  /** As the provider shows it. */
  readonly label: string
  readonly createdAt: string
  readonly lastUsedAt: string | undefined
}

export interface LinksProps {
  readonly shell: Shell
  readonly linked: readonly LinkedView[]
  /** Those that are not linked yet. */
  readonly others: readonly ProviderPlace[]
}

export function LinksPage({ shell, linked, others }: LinksProps) {
  return (
    <AppLayout shell={shell} title="Linked accounts">
      <PageHead title="Account" lead={shell.user.email} />
      <AccountTabs current={urls.accountLinks()} />
      <Card
        title="Linked accounts"
        note="Each of them signs you in here."
        flush
        footer={
          others.length === 0 ? undefined : (
            <div class="actions">
              {others.map((provider) => (
                <ProviderButton
                  provider={provider}
                  action={urls.accountLinkWith({ providerId: provider.id })}
                  label={`Link ${provider.label}`}
                />
              ))}
            </div>
          )
        }
      >
        <ul class="list">
          {linked.map(({ id, provider, label, createdAt, lastUsedAt }) => (
            <li>
              <Icon name={provider.icon ?? 'key-round'} />
              <div class="main">
                <strong>{provider.label}</strong> <span class="sub">{label}</span>
                <small>
                  linked <Time at={createdAt} />
                  {lastUsedAt === undefined ? ', never used' : <>, used {<Time at={lastUsedAt} as="ago" />}</>}
                </small>
              </div>
              <form method="post" action={urls.accountLinkRemoval({ identityId: id })}>
                <Button type="submit" kind="danger" size="small">
                  Unlink…
                  <span class="sr"> {provider.label}</span>
                </Button>
              </form>
            </li>
          ))}
          {linked.length === 0 ? (
            <li class="sub">
              {others.length === 0
                ? 'This panel has no providers: everybody signs in with a password or a passkey.'
                : 'None yet.'}
            </li>
          ) : null}
        </ul>
      </Card>
    </AppLayout>
  )
}
