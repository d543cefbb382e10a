// A link that a person hands on because the panel sends no mail, or was asked not to. It is on this one page and nowhere else.
import { Banner, Command, Time } from '#views/components/index.ts'

export interface HandedLinkProps {
  /** Name or address. */
  readonly to: string
  readonly link: { readonly url: string; readonly expiresAt: string }
}

export function HandedLink({ to, link }: HandedLinkProps) {
  return (
    <Banner tone="ok" role="status">
      <strong>Hand this link to {to}.</strong> It works once, until <Time at={link.expiresAt} />, and is never shown
      again.
      <div class="below">
        <Command value={link.url} label="Link" />
      </div>
    </Banner>
  )
}
