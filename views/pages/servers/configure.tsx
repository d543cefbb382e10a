// Second step of creating a server: a form made from the blueprint. It keeps what was typed and is answered 422 with itself
// when something is wrong.
import type { Blueprint, Variable } from '#core/domain/blueprint.ts'
import { formatMemory, mebibytes } from '#core/domain/resources.ts'
import {
  ButtonLink,
  Card,
  CheckField,
  Empty,
  ErrorSummary,
  fieldId,
  Meter,
  NumberField,
  Plate,
  SelectField,
  TextField,
} from '#views/components/index.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { DraftView, FieldErrors, Shell } from '#views/models.ts'
import { CreateHead } from '#views/partials/create-head.tsx'
import { LimitFields } from '#views/partials/limit-fields.tsx'
import { type NodePick, NodePicks, shared } from '#views/partials/node-picks.tsx'
import { VariableField } from '#views/partials/variable-field.tsx'
import { urls } from '#views/urls.ts'

export interface ConfigureServerProps {
  readonly shell: Shell
  readonly blueprint: Blueprint
  readonly draft: DraftView
  readonly nodes: readonly NodePick[]
  readonly errors: FieldErrors
}

export function ConfigureServerPage({ shell, blueprint, draft, nodes, errors }: ConfigureServerProps) {
  return (
    <AppLayout
      shell={shell}
      title={`Create server · ${blueprint.name}`}
      styles={['server.css']}
      scripts={['draft-summary.js']}
    >
      <CreateHead step="Configure" />
      {nodes.length === 0 ? (
        <Empty
          title="No node to run it on"
          text="A server needs a machine, and none is enrolled."
          actions={<ButtonLink href={urls.nodes()}>See the nodes</ButtonLink>}
        />
      ) : (
        // Every rule is checked by the panel, which says what is wrong beside the field; a browser's own bubbles would stop
        // at the first one and cannot point into what is folded.
        <form
          class="side"
          method="post"
          action={urls.reviewServer({ blueprintId: blueprint.id })}
          novalidate
          data-draft-form
        >
          <div>
            <ErrorSummary errors={errors} before="creating" />
            <Basics blueprint={blueprint} draft={draft} errors={errors} />
            <Variables shell={shell} blueprint={blueprint} draft={draft} errors={errors} />
            <Card title="Where" note="Dark = in use, light = promised to servers">
              <NodePicks nodes={nodes} chosen={draft.nodeId} error={errors['nodeId']} />
            </Card>
            <Card title="Limits">
              <LimitFields draft={draft} errors={errors} minimumMemoryMiB={blueprint.resources.minimumMemoryMiB} />
            </Card>
            <Ports blueprint={blueprint} draft={draft} errors={errors} />
          </div>
          <aside class="draft-side" aria-label="Summary">
            <Summary blueprint={blueprint} draft={draft} nodes={nodes} errors={errors} />
          </aside>
        </form>
      )}
    </AppLayout>
  )
}

type Part = Omit<ConfigureServerProps, 'shell' | 'nodes'>

function Basics({ blueprint, draft, errors }: Part) {
  return (
    <Card title="Basics">
      <div class="fields">
        <TextField
          field={{ name: 'name', label: 'Name', hint: 'Shown in the list.', error: errors['name'] }}
          value={draft.name}
          maxlength={60}
          autocomplete="off"
          required
        />
        <SelectField
          field={{ name: 'image', label: 'Version', error: errors['image'] }}
          value={draft.image}
          options={blueprint.images.map(({ label, image }) => ({ value: image, label }))}
        />
      </div>
      <input type="hidden" name="startAfterInstall" value="false" />
      <CheckField
        field={{ name: 'startAfterInstall', label: 'Start it when it is installed' }}
        checked={draft.startAfterInstall}
      />
    </Card>
  )
}

function Variables({ shell, blueprint, draft, errors }: Part & { readonly shell: Shell }) {
  const shown = blueprint.variables.filter(({ access }) => access !== 'hidden')
  const open = shown.filter(({ required }) => required)
  const folded = shown.filter(({ required }) => !required)
  if (shown.length === 0) return null
  const fields = (variables: readonly Variable[]) => (
    <div class="fields">
      {variables.map((variable) => (
        <VariableField
          variable={variable}
          value={draft.variables[variable.name]}
          error={errors[`variables.${variable.name}`]}
          mayChange={shell.may.has('server.limits')}
        />
      ))}
    </div>
  )
  return (
    <Card
      title={blueprint.name}
      note={folded.length === 0 ? undefined : `${open.length} of ${shown.length} settings`}
      flush
    >
      {open.length === 0 ? null : <div class="body">{fields(open)}</div>}
      {folded.length === 0 ? null : (
        // A fault in what is folded would be out of sight.
        <details
          class="more-variables"
          open={open.length === 0 || folded.some(({ name }) => `variables.${name}` in errors)}
        >
          <summary>
            <span class="link">Show all</span> <small>{folded.length} more with a good default</small>
          </summary>
          <div class="body">{fields(folded)}</div>
        </details>
      )}
    </Card>
  )
}

function Ports({ blueprint, draft, errors }: Part) {
  return (
    <Card title="Network" note="Left empty, a free port is chosen">
      <div class="fields">
        {blueprint.ports.map(({ name, label, protocol, preferred, required }) => (
          <NumberField
            field={{
              name: `ports.${name}`,
              label,
              hint: `${protocolWords[protocol]}, usually ${preferred}${required ? '' : '; not needed by every server'}.`,
              error: errors[`ports.${name}`],
              optional: true,
            }}
            value={draft.ports[name] ?? ''}
            min={1}
            max={65_535}
            step={1}
          />
        ))}
      </div>
    </Card>
  )
}

export const protocolWords = { tcp: 'TCP', udp: 'UDP', both: 'TCP and UDP' } as const

function Summary({ blueprint, draft, nodes, errors }: Omit<ConfigureServerProps, 'shell'>) {
  const node = nodes.find(({ id }) => id === draft.nodeId)
  const image = blueprint.images.find((known) => known.image === draft.image)
  const faults = Object.entries(errors)
  return (
    <section class="card draft-card">
      <Plate plate={blueprint.plate} seed={blueprint.id} />
      <div class="body">
        <h2 data-mirror="name">{draft.name || 'New server'}</h2>
        <dl class="facts">
          <dt>Blueprint</dt>
          <dd>
            {blueprint.name}
            {image && blueprint.images.length > 1 ? ` · ${image.label}` : ''}
          </dd>
          <dt>Node</dt>
          <dd data-mirror="nodeId">{node?.name ?? 'Choose one'}</dd>
          <dt>Limits</dt>
          <dd>
            <span data-mirror="memoryMiB">{draft.memoryMiB}</span> MiB ·{' '}
            <span data-mirror="cpuPercent">{draft.cpuPercent}</span> % ·{' '}
            <span data-mirror="diskGB">{draft.diskGB}</span> GB
          </dd>
        </dl>
        {node ? <After node={node} memoryMiB={Number(draft.memoryMiB) || 0} /> : null}
        <button type="submit" class="button primary large wide">
          Review and create
        </button>
        {faults.length === 0 ? null : (
          <p class="hint">
            {faults.length === 1 ? '1 thing to fix: ' : `${faults.length} things to fix: `}
            {faults.map(([name], index) => (
              <>
                {index === 0 ? '' : ', '}
                <a class="link" href={`#${fieldId(name)}`}>
                  {labelOf(blueprint, name)}
                </a>
              </>
            ))}
          </p>
        )}
      </div>
    </section>
  )
}

/** The node's memory once this server is promised its share. */
function After({ node, memoryMiB }: { readonly node: NodePick; readonly memoryMiB: number }) {
  const { promised, offered } = node.memory
  const after = promised + mebibytes(memoryMiB)
  const text = shared(formatMemory, after, offered)
  return (
    <div class="gauge" data-after>
      <span>
        <span data-after-label>{node.name} memory after this</span>
        <span data-after-text>{text}</span>
      </span>
      <Meter label="Memory promised after this" value={promised} promised={after} max={offered} text={text} />
    </div>
  )
}

const labels: Readonly<Record<string, string>> = {
  '': 'The form',
  name: 'Name',
  image: 'Version',
  nodeId: 'Node',
  memoryMiB: 'Memory',
  cpuPercent: 'CPU',
  diskGB: 'Disk',
}

function labelOf(blueprint: Blueprint, field: string): string {
  const [kind, name] = field.split('.')
  if (kind === 'variables') return blueprint.variables.find((variable) => variable.name === name)?.label ?? field
  if (kind === 'ports') return blueprint.ports.find((port) => port.name === name)?.label ?? field
  return labels[field] ?? field
}
