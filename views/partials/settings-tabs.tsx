// The pages about the whole panel, as a strip above each of them.
import { Segmented } from '#views/components/index.ts'
import { urls } from '#views/urls.ts'

const places = [[urls.settingsMail, 'Mail']] as const

export function SettingsTabs({ path }: { readonly path: string }) {
  return (
    <Segmented
      label="Settings"
      segments={places.map(([url, label]) => ({
        href: url(),
        current: path === url() || path.startsWith(`${url()}/`),
        label,
      }))}
    />
  )
}
