// The head of the three steps in which a server is created.
import { ButtonLink, PageHead, Steps } from '#views/components/index.ts'
import { urls } from '#views/urls.ts'

const steps = ['Blueprint', 'Configure', 'Review'] as const

export function CreateHead({ step }: { readonly step: (typeof steps)[number] }) {
  return (
    <>
      <PageHead
        title="Create server"
        actions={
          <ButtonLink kind="ghost" href={urls.servers()}>
            Cancel
          </ButtonLink>
        }
      />
      <Steps names={steps} current={steps.indexOf(step)} />
    </>
  )
}
