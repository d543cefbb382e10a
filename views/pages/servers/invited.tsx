// The link of an invitation to a server, shown once: nothing of it is kept that could be read.
import { Banner, ButtonLink, Card, Command, PageHead } from '#views/components/index.ts'
import type { ServerView, Shell } from '#views/models.ts'
import { ServerFrame } from '#views/partials/server-frame.tsx'
import { urls } from '#views/urls.ts'

export interface InvitedPageProps {
  readonly shell: Shell
  readonly server: ServerView
  readonly email: string
  readonly link: string
  readonly days: number
}

export function InvitedPage({ shell, server, email, link, days }: InvitedPageProps) {
  return (
    <ServerFrame shell={shell} server={server} title="Invitation">
      <PageHead title="Hand out this link" lead={`For ${email}. It works once and for ${days} days.`} />
      <Banner tone="note">
        <strong>This panel sends no mail.</strong> Give the link to the person yourself. It is shown only now; “Send
        again” makes a new one.
      </Banner>
      <Card title="Invitation">
        <Command value={link} label="Link" />
      </Card>
      <ButtonLink href={urls.serverPeople(server)}>Back to people</ButtonLink>
    </ServerFrame>
  )
}
