// Set-up, second step: what this machine offers. A problem never blocks; it says how to mend it, and the page sees it mended.
import { ButtonLink, Steps } from '#views/components/index.ts'
import { BareLayout, type Stage } from '#views/layouts/bare.tsx'
import type { NodeView } from '#views/models.ts'
import { SetupMachine } from '#views/partials/setup-machine.tsx'
import { urls } from '#views/urls.ts'
import { setupSteps } from './owner.tsx'

export interface SetupMachineProps extends Stage {
  /** The local node; undefined until it has enrolled itself. */
  readonly node: NodeView | undefined
}

export function SetupMachinePage({ node, ...stage }: SetupMachineProps) {
  return (
    <BareLayout
      {...stage}
      title="This machine"
      chart="plain"
      live
      foot={<span>Nothing leaves this machine during set-up.</span>}
    >
      <div class="stage-narrow stage-wider">
        <Steps names={setupSteps} current={1} />
        <h1>What this machine offers</h1>
        <p>Servers run here, each in a container of its own. More machines can join later.</p>
        <SetupMachine node={node} />
        <div class="actions">
          <ButtonLink href={urls.setupGame()} kind="primary" size="large">
            Continue
          </ButtonLink>
          <ButtonLink href={urls.setupMachine()} kind="ghost" size="large" icon="refresh-cw">
            Check again
          </ButtonLink>
        </div>
      </div>
    </BareLayout>
  )
}
