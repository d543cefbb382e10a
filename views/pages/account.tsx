// A person's own page: theme, browsers that are signed in, API keys. POST urls.theme `theme next`; POST urls.signOut;
// POST urls.accountSession ends a session; POST urls.accountKeys `name` makes a key; POST urls.accountKey revokes it.
import { AppLayout } from '#views/layouts/app.tsx'
import type { FieldErrors, Shell } from '#views/models.ts'

export interface SessionView {
  readonly id: string
  /** True for the browser that asks. */
  readonly current: boolean
  /** ISO times. */
  readonly createdAt: string
  readonly lastUsedAt: string
  readonly address: string | undefined
  readonly userAgent: string | undefined
}

export interface KeyView {
  readonly id: string
  readonly name: string
  /** The first characters, to recognise it by. */
  readonly prefix: string
  readonly createdAt: string
  readonly lastUsedAt: string | undefined
  readonly expiresAt: string | undefined
}

export interface AccountProps {
  readonly shell: Shell
  readonly sessions: readonly SessionView[]
  readonly keys: readonly KeyView[]
  /** The whole key, shown once in the answer that made it. */
  readonly newKey: string | undefined
  readonly errors?: FieldErrors | undefined
  readonly values?: { readonly name: string } | undefined
}

export function AccountPage({ shell, sessions, keys, newKey }: AccountProps) {
  return (
    <AppLayout shell={shell} title="Account">
      {sessions.length} {keys.length} {newKey}
    </AppLayout>
  )
}
