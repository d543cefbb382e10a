// Recovery codes, seen this once: the answer to what made them, and no page that could be loaded again.
import { Banner, ButtonLink, Card, Command, PageHead } from '#views/components/index.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { Shell } from '#views/models.ts'
import { urls } from '#views/urls.ts'

export interface RecoveryCodesProps {
  readonly shell: Shell
  readonly codes: readonly string[]
  /** What has just been done. */
  readonly done: string
}

export function RecoveryCodesPage({ shell, codes, done }: RecoveryCodesProps) {
  return (
    <AppLayout shell={shell} title="Recovery codes">
      <PageHead title="Recovery codes" lead="Each opens your account once when your phone or key is gone." />
      <Banner tone="ok" role="status">
        <strong>{done}</strong> Keep these codes where you keep what matters, not on the same phone. They are stored as
        hashes and never shown again.
      </Banner>
      <Card>
        <Command value={codes.join('\n')} label="Recovery codes" />
      </Card>
      <div class="actions">
        <ButtonLink kind="primary" href={urls.accountSecurity()}>
          I have kept them
        </ButtonLink>
      </div>
    </AppLayout>
  )
}
