// Set-up, third step: the first game. GET urls.newServer with `blueprint`, like the gallery.
import type { Blueprint } from '#core/domain/blueprint.ts'
import { Avatar, Button, ButtonLink, Card, Plate, Steps } from '#views/components/index.ts'
import { BareLayout, type Stage } from '#views/layouts/bare.tsx'
import type { NodeView } from '#views/models.ts'
import { SetupMachine } from '#views/partials/setup-machine.tsx'
import { urls } from '#views/urls.ts'
import { setupSteps } from './owner.tsx'

export interface SetupGameProps extends Stage {
  readonly blueprints: readonly Blueprint[]
  readonly node?: NodeView | undefined
  readonly owner?: { readonly name: string; readonly email: string } | undefined
}

const shown = 6

export function SetupGamePage({ blueprints, node, owner, ...stage }: SetupGameProps) {
  const more = blueprints.length - shown
  return (
    <BareLayout {...stage} title="First server" live foot={<span>Nothing leaves this machine during set-up.</span>}>
      <div class="setup stack">
        <Steps names={setupSteps} current={2} />
        <div class="side">
          <form method="get" action={urls.newServer()}>
            <h1>What do you want to run first?</h1>
            <p>Everything is pre-filled. You can change it later, or skip this and look around.</p>
            <div class="picks three" role="group" aria-label="Blueprint">
              {blueprints.slice(0, shown).map((blueprint, index) => (
                <label class="pick">
                  <Plate plate={blueprint.plate} seed={blueprint.id} large />
                  <input type="radio" name="blueprint" value={blueprint.id} checked={index === 0} required />
                  <span class="text">
                    <strong>{blueprint.name}</strong>
                    <small>{blueprint.summary}</small>
                  </span>
                </label>
              ))}
            </div>
            {more > 0 ? (
              <p>
                {more} more in the{' '}
                <a class="link" href={urls.newServer()}>
                  gallery
                </a>
                .
              </p>
            ) : null}
            <div class="actions">
              <Button type="submit" kind="primary" size="large">
                Continue
              </Button>
              <ButtonLink href={urls.servers()} kind="ghost" size="large">
                Skip for now
              </ButtonLink>
            </div>
          </form>
          <div class="stack">
            <SetupMachine node={node} />
            {owner ? (
              <Card title="Owner">
                <div class="actions">
                  <Avatar name={owner.name} />
                  <span>
                    <strong>{owner.name}</strong>
                    <br />
                    <span class="sub">{owner.email}</span>
                  </span>
                </div>
              </Card>
            ) : null}
          </div>
        </div>
      </div>
    </BareLayout>
  )
}
