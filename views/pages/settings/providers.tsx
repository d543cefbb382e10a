// Ways to sign in beside password and passkey: what is set up, and what can be.
import { ButtonLink, Card, Icon, Tag } from '#views/components/index.ts'
import type { Shell } from '#views/models.ts'
import type { ProviderPlace } from '#views/partials/provider-button.tsx'
import { SettingsFrame } from '#views/partials/settings-frame.tsx'
import { urls } from '#views/urls.ts'

interface ProviderRow extends ProviderPlace {
  readonly enabled: boolean
  readonly provision: boolean
  /** Groups that give roles. */
  readonly roles: number
  /** Accounts here that are linked with it. */
  readonly linked: number
  /** Its credentials stand in stellar.config.ts. */
  readonly configured: boolean
}

export interface ProvidersProps {
  readonly shell: Shell
  readonly providers: readonly ProviderRow[]
  readonly kinds: readonly ProviderPlace[]
}

export function ProvidersPage({ shell, providers, kinds }: ProvidersProps) {
  return (
    <SettingsFrame shell={shell} title="Providers" lead="Accounts elsewhere that sign people in here.">
      <Card
        title="Providers"
        flush
        footer={
          kinds.length === 0 ? (
            <p class="sub">No running plugin brings a kind of provider.</p>
          ) : (
            <div class="actions">
              {kinds.map(({ id, label, icon }) => (
                <ButtonLink icon={icon ?? 'key-round'} href={urls.settingsNewProvider({ kind: id })}>
                  Add {label}
                </ButtonLink>
              ))}
            </div>
          )
        }
      >
        <ul class="list">
          {providers.map((provider) => (
            <li>
              <Icon name={provider.icon ?? 'key-round'} />
              <div class="main">
                <strong>{provider.label}</strong>{' '}
                <Tag tone={provider.enabled ? 'on' : 'plain'}>{provider.enabled ? 'On' : 'Off'}</Tag>
                {provider.configured ? <Tag tone="plain">stellar.config.ts</Tag> : null}
                <small>
                  {provider.linked === 1 ? 'one account is linked' : `${provider.linked} accounts are linked`}
                  {provider.provision ? ', makes accounts' : ''}
                  {provider.roles === 0 ? '' : `, gives roles by group`}
                </small>
              </div>
              <ButtonLink size="small" href={urls.settingsProvider({ providerId: provider.id })}>
                Change
                <span class="sr"> {provider.label}</span>
              </ButtonLink>
            </li>
          ))}
          {providers.length === 0 ? <li class="sub">None yet: people sign in with passwords and passkeys.</li> : null}
        </ul>
      </Card>
    </SettingsFrame>
  )
}
