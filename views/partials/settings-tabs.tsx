// The pages about the whole panel, as a strip above each of them.
import { Segmented } from '#views/components/index.ts'
import type { Shell } from '#views/models.ts'
import { urls } from '#views/urls.ts'

const places = [
  [urls.settingsSignIn, 'Sign-in', 'platform.security'],
  [urls.settingsProviders, 'Providers', 'platform.security'],
  [urls.settingsMail, 'Mail', 'platform.settings'],
] as const

export function SettingsTabs({ shell: { path, may } }: { readonly shell: Shell }) {
  return (
    <Segmented
      label="Settings"
      segments={places
        .filter(([, , permission]) => may.has(permission))
        .map(([url, label]) => ({
          href: url(),
          current: path === url() || path.startsWith(`${url()}/`),
          label,
        }))}
    />
  )
}
