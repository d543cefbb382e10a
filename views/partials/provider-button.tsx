// To a provider and back: a form of its own, so that nothing is begun by a link that somebody else wrote.
import { Button } from '#views/components/index.ts'

export interface ProviderPlace {
  readonly id: string
  readonly label: string
  readonly icon: 'github' | 'discord' | 'openid' | undefined
}

export interface ProviderButtonProps {
  readonly provider: ProviderPlace
  readonly action: string
  readonly label: string
  readonly next?: string | undefined
  readonly wide?: boolean
}

export function ProviderButton({ provider, action, label, next, wide = false }: ProviderButtonProps) {
  return (
    // Boosted, the browser would follow the way to another site by a request of its own, which the policy forbids.
    <form method="post" action={action} hx-boost="false">
      {next === undefined ? null : <input type="hidden" name="next" value={next} />}
      <Button type="submit" icon={provider.icon ?? 'key-round'} wide={wide}>
        {label}
      </Button>
    </form>
  )
}
