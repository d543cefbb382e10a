// One sentence and one way on, for people who are not signed in: “a mail is on its way”, “this is closed”.
import type { Child } from 'hono/jsx'
import { ButtonLink } from '#views/components/index.ts'
import { BareLayout, type Stage } from '#views/layouts/bare.tsx'
import { urls } from '#views/urls.ts'

export interface MessageProps extends Stage {
  readonly title: string
  readonly text: string
  readonly children?: Child
}

export function MessagePage({ title, text, children, ...stage }: MessageProps) {
  return (
    <BareLayout {...stage} title={title} chart="figure">
      <div class="stage-narrow">
        <h1>{title}</h1>
        <p>{text}</p>
        {children ?? <ButtonLink href={urls.signIn()}>Back to sign-in</ButtonLink>}
      </div>
    </BareLayout>
  )
}
