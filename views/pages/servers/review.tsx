// Third step of creating a server: what will be made, then Create. The draft travels in hidden fields, so that going back
// loses nothing.
import type { Blueprint } from '#core/domain/blueprint.ts'
import type { ServerPlan } from '#core/domain/plan-server.ts'
import { formatBytes, formatMemory } from '#core/domain/resources.ts'
import { Button, Card, Plate } from '#views/components/index.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { DraftView, NodeView, Shell } from '#views/models.ts'
import { CommandLine } from '#views/partials/command-line.tsx'
import { CreateHead } from '#views/partials/create-head.tsx'
import { urls } from '#views/urls.ts'
import { protocolWords } from './configure.tsx'

export interface ReviewServerProps {
  readonly shell: Shell
  readonly blueprint: Blueprint
  readonly draft: DraftView
  readonly node: NodeView
  /** What planServer() made of the draft; ports may still be the preferred ones. */
  readonly plan: Pick<ServerPlan, 'run' | 'install'>
  /** Sent with the form, so that pressing twice makes one server. */
  readonly once?: string
}

export function ReviewServerPage({ shell, blueprint, draft, node, plan, once }: ReviewServerProps) {
  const { run, install } = plan
  const image = blueprint.images.find((known) => known.image === run.image)
  return (
    <AppLayout shell={shell} title={`Create server · ${draft.name}`} styles={['server.css']}>
      <CreateHead step="Review" />
      <form class="side" method="post" action={urls.servers()}>
        <DraftFields blueprint={blueprint} draft={draft} />
        {once === undefined ? null : <input type="hidden" name="once" value={once} />}
        <div>
          <Card title="What will be made">
            <dl class="facts">
              <dt>Container</dt>
              <dd>
                <code>{run.image}</code>
                {image ? ` (${image.label})` : ''}, isolated, without privileges, as user {run.user.uid}
              </dd>
              <dt>Ports</dt>
              <dd>
                <Ports blueprint={blueprint} draft={draft} plan={plan} />
              </dd>
              <dt>Files</dt>
              <dd>
                At most {formatBytes(run.diskBytes)} on {node.name}, in <code>{run.dataPath}</code>
              </dd>
              <dt>Installation</dt>
              <dd>
                {install ? (
                  <>
                    Pull the image, then run the blueprint’s script in <code>{install.image}</code>
                  </>
                ) : (
                  'Pull the image; nothing else to do'
                )}
              </dd>
              <dt>Ready</dt>
              <dd>{readyWords(run.ready)}</dd>
              <dt>Stop</dt>
              <dd>
                {run.stop.by.kind === 'command' ? (
                  <>
                    Command <code>{run.stop.by.command}</code>
                  </>
                ) : (
                  <>
                    Signal <code>{run.stop.by.signal}</code>
                  </>
                )}
                , killed after {run.stop.graceSeconds} s
              </dd>
              <dt>Crash</dt>
              <dd>
                {run.crash.restart && run.crash.maxRestarts > 0
                  ? `Started again, at most ${run.crash.maxRestarts} times in ${Math.round(run.crash.windowSeconds / 60)} minutes`
                  : 'Left off'}
              </dd>
            </dl>
          </Card>
          <Values blueprint={blueprint} draft={draft} />
          <Card title="Command line" note="What comes from your settings is marked">
            <CommandLine blueprint={blueprint} command={run.command} />
          </Card>
        </div>
        <aside class="draft-side" aria-label="Summary">
          <section class="card draft-card">
            <Plate plate={blueprint.plate} seed={blueprint.id} />
            <div class="body">
              <h2>{draft.name}</h2>
              <dl class="facts">
                <dt>Blueprint</dt>
                <dd>{blueprint.name}</dd>
                <dt>Node</dt>
                <dd>{node.name}</dd>
                <dt>Limits</dt>
                <dd>
                  {formatMemory(run.memoryBytes)} · {run.cpuPercent} % · {formatBytes(run.diskBytes)}
                </dd>
                <dt>Then</dt>
                <dd>{draft.startAfterInstall ? 'Started when installed' : 'Stays stopped'}</dd>
              </dl>
              <Button type="submit" kind="primary" size="large" wide>
                Create server
              </Button>
              <Button type="submit" kind="ghost" wide formaction={urls.configureServer({ blueprintId: blueprint.id })}>
                Change settings
              </Button>
            </div>
          </section>
        </aside>
      </form>
    </AppLayout>
  )
}

/** Everything that was typed, as the create form sent it. */
function DraftFields({ blueprint, draft }: { readonly blueprint: Blueprint; readonly draft: DraftView }) {
  const fields = {
    blueprintId: blueprint.id,
    name: draft.name,
    image: draft.image,
    nodeId: draft.nodeId,
    memoryMiB: draft.memoryMiB,
    cpuPercent: draft.cpuPercent,
    diskGB: draft.diskGB,
    startAfterInstall: String(draft.startAfterInstall),
    ...Object.fromEntries(Object.entries(draft.variables).map(([name, value]) => [`variables.${name}`, value])),
    ...Object.fromEntries(Object.entries(draft.ports).map(([name, value]) => [`ports.${name}`, value])),
  }
  return (
    <>
      {Object.entries(fields).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
    </>
  )
}

function Ports({ blueprint, draft, plan }: Pick<ReviewServerProps, 'blueprint' | 'draft' | 'plan'>) {
  return (
    <ul>
      {plan.run.ports.map(({ name, port, protocol }) => (
        <li>
          {blueprint.ports.find((known) => known.name === name)?.label ?? name}:{' '}
          {draft.ports[name] ? <code>{port}</code> : <>a free port, {port} if nobody has it</>} (
          {protocolWords[protocol]})
        </li>
      ))}
    </ul>
  )
}

function Values({ blueprint, draft }: Pick<ReviewServerProps, 'blueprint' | 'draft'>) {
  const shown = blueprint.variables.filter(({ access }) => access !== 'hidden')
  if (shown.length === 0) return null
  return (
    <Card title="Settings">
      <dl class="facts">
        {shown.map((variable) => {
          const typed = draft.variables[variable.name] ?? ''
          return (
            <>
              <dt>{variable.label}</dt>
              <dd>{valueWords(variable, typed)}</dd>
            </>
          )
        })}
      </dl>
    </Card>
  )
}

function valueWords(variable: Blueprint['variables'][number], typed: string) {
  switch (variable.kind) {
    case 'secret':
      if (typed !== '') return '••••••'
      return variable.generate ? 'Made at random' : 'None'
    case 'switch':
      return typed === variable.on || typed === 'on' || (typed === '' && variable.default) ? 'On' : 'Off'
    case 'choice':
      return variable.options.find(({ value }) => value === (typed || variable.default))?.label ?? typed
    case 'number':
      return `${typed || variable.default}${variable.unit ? ` ${variable.unit}` : ''}`
    case 'text':
      return typed || <span class="faint">Empty</span>
  }
}

function readyWords(ready: ServerPlan['run']['ready']): string {
  const within = `within ${ready.timeoutSeconds} s`
  switch (ready.when) {
    case 'line':
      return `When a line says so, ${within}`
    case 'port':
      return `When its port ${ready.port} answers, ${within}`
    case 'running':
      return `When it has run for ${ready.seconds} s`
  }
}
