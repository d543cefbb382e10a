// The pages about the whole panel, as a strip above each of them.
import { Segmented } from '#views/components/index.ts'
import type { Shell } from '#views/models.ts'
import { urls } from '#views/urls.ts'

const places = [
  [urls.settingsSignIn, 'Sign-in', 'platform.security'],
  [urls.settingsProviders, 'Providers', 'platform.security'],
  [urls.settingsActivity, 'Activity', 'platform.security'],
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

/** The place in the rail is the first of these pages that this person may open. */
export function underSettings(shell: Shell): Shell {
  const [first] = places.filter(([, , permission]) => shell.may.has(permission))
  return first === undefined ? shell : { ...shell, path: first[0]() }
}
