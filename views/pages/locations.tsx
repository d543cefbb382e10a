// Locations: where nodes stand, and which node stands where.
import { Button, Card, Empty, ErrorSummary, PageHead, TextField } from '#views/components/index.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { FieldErrors, Shell } from '#views/models.ts'
import { urls } from '#views/urls.ts'

export interface LocationsPageProps {
  readonly shell: Shell
  readonly locations: readonly {
    readonly id: string
    readonly name: string
    readonly description: string
    readonly nodes: number
  }[]
  readonly nodes: readonly { readonly id: string; readonly name: string; readonly locationId: string | undefined }[]
  /** Of the form for a new one. */
  readonly typed: { readonly name: string; readonly description: string }
  readonly errors: FieldErrors
}

export function LocationsPage({ shell, locations, nodes, typed, errors }: LocationsPageProps) {
  const mayManage = shell.may.has('location.manage')
  return (
    <AppLayout shell={shell} title="Locations">
      <PageHead title="Locations" lead="Where your nodes stand. Roles can be limited to a location." />
      <ErrorSummary errors={errors} before="saving" />
      {locations.length === 0 ? (
        <Empty title="No places yet" text="Name where your machines stand, like Frankfurt or the cellar." />
      ) : (
        <Card flush>
          <ul class="list">
            {locations.map(({ id, name, description, nodes }) => (
              <li>
                {mayManage ? (
                  <form class="actions main" method="post" action={urls.location({ locationId: id })}>
                    <TextField
                      field={{ name: 'name', id: `name-${id}`, label: 'Name' }}
                      value={name}
                      maxlength={60}
                      required
                    />
                    <TextField
                      field={{ name: 'description', id: `about-${id}`, label: 'Description', optional: true }}
                      value={description}
                      maxlength={200}
                    />
                    <Button type="submit" name="action" value="save" size="small">
                      Save<span class="sr"> {name}</span>
                    </Button>
                    <Button type="submit" name="action" value="delete" size="small" kind="danger">
                      Delete<span class="sr"> {name}</span>
                    </Button>
                  </form>
                ) : (
                  <div class="main">
                    <strong>{name}</strong>
                    <small>{description}</small>
                  </div>
                )}
                <span class="dim">{nodes === 1 ? '1 node' : `${nodes} nodes`}</span>
              </li>
            ))}
          </ul>
        </Card>
      )}
      {mayManage ? (
        <>
          <form method="post" action={urls.locations()} novalidate>
            <Card
              title="New location"
              footer={
                <Button type="submit" kind="primary">
                  Add
                </Button>
              }
            >
              <div class="fields">
                <TextField
                  field={{ name: 'name', label: 'Name', error: errors['name'] }}
                  value={typed.name}
                  maxlength={60}
                  required
                />
                <TextField
                  field={{ name: 'description', label: 'Description', optional: true, error: errors['description'] }}
                  value={typed.description}
                  maxlength={200}
                />
              </div>
            </Card>
          </form>
          {nodes.length === 0 || locations.length === 0 ? null : (
            <Card title="Nodes" note="Moving a node changes what roles of a location may do there" flush>
              <ul class="list">
                {nodes.map((node) => (
                  <li>
                    <div class="main">
                      <strong>{node.name}</strong>
                    </div>
                    <form class="actions" method="post" action={urls.nodePlace({ nodeId: node.id })}>
                      <label>
                        <span class="sr">Location of {node.name}</span>
                        <select class="select" name="locationId">
                          <option value="" selected={node.locationId === undefined}>
                            Nowhere
                          </option>
                          {locations.map(({ id, name }) => (
                            <option value={id} selected={id === node.locationId}>
                              {name}
                            </option>
                          ))}
                        </select>
                      </label>
                      <Button type="submit" size="small">
                        Place<span class="sr"> {node.name}</span>
                      </Button>
                    </form>
                  </li>
                ))}
              </ul>
            </Card>
          )}
        </>
      ) : null}
    </AppLayout>
  )
}
