// The sections of one's account, a page each.
import { Segmented } from '#views/components/index.ts'
import { urls } from '#views/urls.ts'

const tabs = [
  [urls.account(), 'Profile'],
  [urls.accountSecurity(), 'Security'],
  [urls.accountLinks(), 'Links'],
  [urls.accountKeys(), 'API keys'],
] as const

export function AccountTabs({ current }: { readonly current: string }) {
  return (
    <Segmented
      label="Sections of your account"
      segments={tabs.map(([href, label]) => ({ href, label, current: href === current }))}
    />
  )
}
