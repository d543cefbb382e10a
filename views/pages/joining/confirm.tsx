// A link that asks for one press of a button: mail programs open links by themselves, and must not decide anything.
import { Button } from '#views/components/index.ts'
import { BareLayout, type Stage } from '#views/layouts/bare.tsx'

export interface ConfirmProps extends Stage {
  readonly title: string
  readonly text: string
  readonly label: string
  /** Where the form goes. */
  readonly action: string
  readonly token: string
}

export function ConfirmPage({ title, text, label, action, token, ...stage }: ConfirmProps) {
  return (
    <BareLayout {...stage} title={title} chart="figure">
      <form class="stage-narrow" method="post" action={action}>
        <h1>{title}</h1>
        <p>{text}</p>
        <input type="hidden" name="token" value={token} />
        <Button type="submit" kind="primary" size="large" wide>
          {label}
        </Button>
      </form>
    </BareLayout>
  )
}
