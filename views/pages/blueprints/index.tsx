// The games this installation knows.
import type { Blueprint } from '#core/domain/blueprint.ts'
import { formatMemory, mebibytes } from '#core/domain/resources.ts'
import { ButtonLink, Empty, PageHead, Plate } from '#views/components/index.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { Shell } from '#views/models.ts'
import { urls } from '#views/urls.ts'

export interface BlueprintsProps {
  readonly shell: Shell
  readonly blueprints: readonly Blueprint[]
}

export function BlueprintsPage({ shell, blueprints }: BlueprintsProps) {
  return (
    <AppLayout shell={shell} title="Blueprints">
      <PageHead
        title="Blueprints"
        lead="How each game is installed, started, watched and stopped."
        actions={
          <ButtonLink href={urls.newServer()} kind="primary" icon="plus">
            Create server
          </ButtonLink>
        }
      />
      {blueprints.length === 0 ? (
        <section class="card">
          <Empty
            title="No blueprints"
            text="Blueprints come with plugins, and none is running. The plugins page says why."
            actions={<ButtonLink href={urls.plugins()}>See the plugins</ButtonLink>}
          />
        </section>
      ) : (
        <ul class="picks">
          {blueprints.map((blueprint) => (
            <li class="pick">
              <Plate plate={blueprint.plate} seed={blueprint.id} large />
              <div class="text">
                <a class="stretch" href={urls.blueprint({ blueprintId: blueprint.id })} data-jump data-row>
                  <strong>{blueprint.name}</strong>
                </a>
                <small>{`from ${formatMemory(mebibytes(blueprint.resources.minimumMemoryMiB))}`}</small>
              </div>
            </li>
          ))}
        </ul>
      )}
    </AppLayout>
  )
}
