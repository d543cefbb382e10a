// One machine: what it offers, what is wrong with it, and its settings. POST urls.nodeSettings with
// `name publicAddress portFrom portTo memoryPercent diskPercent`, `mirrors.0.from mirrors.0.to …` and
// `logins.0.registry logins.0.username logins.0.password …`; an emptied row is removed, an empty password stays as it is.

import { FieldError, fieldId, tied } from '#views/components/field.tsx'
import { Button, Card, ErrorSummary, Icon, NumberField, PageHead, Tag, TextField } from '#views/components/index.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { FieldErrors, NodeView, Shell } from '#views/models.ts'
import { NodeCard } from '#views/partials/node-card.tsx'
import { NodeChecks } from '#views/partials/node-checks.tsx'
import { urls } from '#views/urls.ts'

export interface NodeProps {
  readonly shell: Shell
  readonly node: NodeView
  /** False: whoever looks sees what is set and changes nothing. */
  readonly mayChange: boolean
  readonly errors: FieldErrors
  /** What was typed, by field name, after a refused save; undefined: what is stored. */
  readonly values: Readonly<Record<string, string>> | undefined
}

export function NodePage({ shell, node, mayChange, errors, values }: NodeProps) {
  const fields = values ?? storedValues(node)
  return (
    <AppLayout shell={shell} title={node.name} stream={`${urls.events()}?node=${encodeURIComponent(node.id)}`}>
      <nav aria-label="Path">
        <ol class="crumbs actions">
          <li>
            <a href={urls.nodes()}>Nodes</a>
          </li>
          <li aria-current="page">{node.name}</li>
        </ol>
      </nav>
      <PageHead
        title={node.name}
        lead={[node.isLocal ? 'This machine' : node.hostname, node.operatingSystem, node.architecture]
          .filter((part) => part !== undefined)
          .join(' · ')}
        actions={
          mayChange ? (
            <form method="post" action={urls.nodeCheck({ nodeId: node.id })}>
              <Button type="submit" icon="refresh-cw">
                Check now
              </Button>
            </form>
          ) : undefined
        }
      />
      <ErrorSummary errors={errors} before="saving" />
      <ul class="card nodes">
        <NodeCard node={node} />
      </ul>
      <div class="side">
        {mayChange ? (
          <form method="post" action={urls.nodeSettings({ nodeId: node.id })} novalidate>
            <General errors={errors} fields={fields} />
            <Mirrors errors={errors} fields={fields} />
            <Logins errors={errors} fields={fields} stored={node.logins} />
            <div class="actions">
              <Button type="submit" kind="primary">
                Save
              </Button>
            </div>
          </form>
        ) : (
          <Facts node={node} />
        )}
        <div>
          <Card title="Checks">
            <NodeChecks node={node} />
          </Card>
          {node.driver && Object.keys(node.driver.facts).length > 0 ? (
            <Card title="Engine">
              <dl class="facts">
                {Object.entries(node.driver.facts).map(([name, value]) => (
                  <>
                    <dt>{name}</dt>
                    <dd class="mono">{value}</dd>
                  </>
                ))}
              </dl>
            </Card>
          ) : null}
        </div>
      </div>
    </AppLayout>
  )
}

function Facts({ node }: Pick<NodeProps, 'node'>) {
  return (
    <Card title="General" note="You may look at this, not change it">
      <dl class="facts">
        <dt>Public address</dt>
        <dd class="mono">{node.publicAddress}</dd>
        <dt>Ports for servers</dt>
        <dd>
          {node.portFrom}–{node.portTo}
        </dd>
        <dt>Memory for servers</dt>
        <dd>{node.memoryPercent} %</dd>
        <dt>Disk for servers</dt>
        <dd>{node.diskPercent} %</dd>
      </dl>
    </Card>
  )
}

interface Part {
  readonly errors: FieldErrors
  readonly fields: Readonly<Record<string, string>>
}

function General({ errors, fields }: Part) {
  const field = (name: string, label: string, hint: string) => ({ name, label, hint, error: errors[name] })
  return (
    <Card title="General">
      <div class="fields">
        <TextField
          field={field('name', 'Name', 'As it is shown in lists.')}
          value={fields['name'] ?? ''}
          maxlength={60}
          required
        />
        <TextField
          field={field('publicAddress', 'Public address', 'What players type: a host name or an address.')}
          value={fields['publicAddress'] ?? ''}
          mono
          required
        />
        <NumberField
          field={field('portFrom', 'First port', 'Servers get theirs from this range.')}
          value={fields['portFrom'] ?? ''}
          min={1024}
          max={65535}
        />
        <NumberField
          field={field('portTo', 'Last port', 'Open the range in your router or firewall.')}
          value={fields['portTo'] ?? ''}
          min={1024}
          max={65535}
        />
        <NumberField
          field={field('memoryPercent', 'Memory for servers', 'The rest stays with the system.')}
          value={fields['memoryPercent'] ?? ''}
          unit="%"
          min={10}
          max={100}
        />
        <NumberField
          field={field('diskPercent', 'Disk for servers', 'Of the disk that holds the data.')}
          value={fields['diskPercent'] ?? ''}
          unit="%"
          min={10}
          max={100}
        />
      </div>
    </Card>
  )
}

function Mirrors({ errors, fields }: Part) {
  return (
    <Card title="Image mirrors" note="optional">
      <p class="dim">
        Images whose name begins like the left side are fetched from the right side: for caches and machines without
        internet.
      </p>
      <ul class="rows">
        {rowNumbers(fields, 'mirrors').map((number) => (
          <li>
            <Cell
              name={`mirrors.${number}.from`}
              label="Image name begins with"
              fields={fields}
              errors={errors}
              example="docker.io/"
            />
            <Icon name="arrow-right" />
            <Cell
              name={`mirrors.${number}.to`}
              label="Fetched from"
              fields={fields}
              errors={errors}
              example="cache.example:5000/"
            />
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Logins({ errors, fields, stored }: Part & { readonly stored: NodeView['logins'] }) {
  return (
    <Card title="Private registries" note="optional">
      <p class="dim">Passwords are stored encrypted and never shown again. Leave one empty to keep it.</p>
      <ul class="rows">
        {rowNumbers(fields, 'logins').map((number) => {
          const known = stored.some(({ registry }) => registry === fields[`logins.${number}.registry`])
          return (
            <li class="login">
              <Cell
                name={`logins.${number}.registry`}
                label="Registry"
                fields={fields}
                errors={errors}
                example="registry.example"
              />
              <Cell name={`logins.${number}.username`} label="User name" fields={fields} errors={errors} example="" />
              <Cell
                name={`logins.${number}.password`}
                label="Password"
                fields={fields}
                errors={errors}
                example={known ? 'stored' : ''}
                secret
              />
            </li>
          )
        })}
      </ul>
      {stored.length > 0 ? <Tag icon="lock">{`${stored.length} stored`}</Tag> : null}
    </Card>
  )
}

function Cell(
  props: Part & { readonly name: string; readonly label: string; readonly example: string; readonly secret?: boolean },
) {
  const { name, label, fields, errors, example, secret = false } = props
  const error = errors[name]
  return (
    <div class="field">
      <label class="sub" for={fieldId(name)}>
        {label}
      </label>
      <input
        {...tied({ name, error })}
        class="input mono"
        type={secret ? 'password' : 'text'}
        autocomplete={secret ? 'new-password' : 'off'}
        spellcheck={false}
        value={secret ? '' : (fields[name] ?? '')}
        placeholder={example}
      />
      <FieldError name={name} error={error} />
    </div>
  )
}

/** The rows there are, and an empty one after them. */
function rowNumbers(fields: Part['fields'], table: string): number[] {
  const used = Object.keys(fields).flatMap((name) => {
    const number = new RegExp(`^${table}\\.(\\d+)\\.`).exec(name)?.[1]
    return number === undefined ? [] : [Number(number)]
  })
  const highest = Math.max(-1, ...used)
  return Array.from({ length: highest + 2 }, (_, index) => index)
}

function storedValues(node: NodeView): Record<string, string> {
  const values: Record<string, string> = {
    name: node.name,
    publicAddress: node.publicAddress,
    portFrom: String(node.portFrom),
    portTo: String(node.portTo),
    memoryPercent: String(node.memoryPercent),
    diskPercent: String(node.diskPercent),
  }
  node.mirrors.forEach(({ from, to }, index) => {
    values[`mirrors.${index}.from`] = from
    values[`mirrors.${index}.to`] = to
  })
  node.logins.forEach(({ registry, username }, index) => {
    values[`logins.${index}.registry`] = registry
    values[`logins.${index}.username`] = username
  })
  return values
}
