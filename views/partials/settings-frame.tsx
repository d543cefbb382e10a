// The frame of every page about the whole panel: the shell, the head, and the strip of these pages.
import type { Child } from 'hono/jsx'
import { ErrorSummary, PageHead, Segmented } from '#views/components/index.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { FieldErrors, Shell } from '#views/models.ts'
import { urls } from '#views/urls.ts'

const places = [
  [urls.settingsSignIn, 'Sign-in', 'platform.security'],
  [urls.settingsProviders, 'Providers', 'platform.security'],
  [urls.settingsActivity, 'Activity', 'platform.security'],
  [urls.settingsMail, 'Mail', 'platform.settings'],
] as const

export interface SettingsFrameProps {
  readonly shell: Shell
  /** Of the window. */
  readonly title: string
  readonly heading?: string
  readonly lead: string | undefined
  readonly errors?: FieldErrors
  readonly children?: Child
}

export function SettingsFrame({ shell, title, heading = 'Settings', lead, errors = {}, children }: SettingsFrameProps) {
  const mine = places.filter(([, , permission]) => shell.may.has(permission))
  // In the rail they are one, the first of these pages that this person may open.
  const place = mine[0]?.[0]()
  return (
    <AppLayout shell={shell} title={title} place={place}>
      <PageHead title={heading} lead={lead} />
      <Segmented
        label="Settings"
        segments={mine.map(([url, label]) => ({
          href: url(),
          current: shell.path === url() || shell.path.startsWith(`${url()}/`),
          label,
        }))}
      />
      <ErrorSummary errors={errors} before="saving" />
      {children}
    </AppLayout>
  )
}
