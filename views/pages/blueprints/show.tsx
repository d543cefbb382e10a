// One blueprint: how its servers are installed, started, watched and stopped.
import type { Blueprint, LinePattern } from '#core/domain/blueprint.ts'
import { formatBytes, formatMemory, mebibytes } from '#core/domain/resources.ts'
import { ButtonLink, Card, PageHead, Plate, Tag } from '#views/components/index.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { Shell } from '#views/models.ts'
import { urls } from '#views/urls.ts'

export interface BlueprintProps {
  readonly shell: Shell
  readonly blueprint: Blueprint
}

export function BlueprintPage({ shell, blueprint }: BlueprintProps) {
  return (
    <AppLayout shell={shell} title={blueprint.name}>
      <nav aria-label="Path">
        <ol class="crumbs actions">
          <li>
            <a href={urls.blueprints()}>Blueprints</a>
          </li>
          <li aria-current="page">{blueprint.name}</li>
        </ol>
      </nav>
      <div class="blueprint-head actions">
        <Plate plate={blueprint.plate} seed={blueprint.id} large />
        <div>
          <PageHead
            title={blueprint.name}
            lead={blueprint.summary}
            actions={
              <ButtonLink href={urls.configureServer({ blueprintId: blueprint.id })} kind="primary" icon="plus">
                Create server
              </ButtonLink>
            }
          />
        </div>
      </div>
      <div class="side">
        <div>
          <Variables blueprint={blueprint} />
          <Ports blueprint={blueprint} />
          <Images blueprint={blueprint} />
        </div>
        <div>
          <Rules blueprint={blueprint} />
        </div>
      </div>
    </AppLayout>
  )
}

function Variables({ blueprint }: { readonly blueprint: Blueprint }) {
  const variables = blueprint.variables.filter(({ access }) => access !== 'hidden')
  if (variables.length === 0) return null
  return (
    <Card title="Variables" note={`${variables.length}`} flush>
      <table class="table slim folds">
        <caption class="sr">Variables</caption>
        <thead>
          <tr>
            <th scope="col">Label</th>
            <th scope="col">Name</th>
            <th scope="col">Default</th>
          </tr>
        </thead>
        <tbody>
          {variables.map((variable) => (
            <tr>
              <th scope="row">
                {variable.label} {variable.required ? <Tag>required</Tag> : null}
              </th>
              <td data-label="Name">
                <code>{variable.name}</code>
              </td>
              <td data-label="Default">
                <code>
                  {variable.kind === 'secret' ? (variable.generate ? 'random' : '—') : shownDefault(variable.default)}
                </code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  )
}

const shownDefault = (value: string | number | boolean): string =>
  value === '' ? '—' : typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value)

const protocols = { tcp: 'TCP', udp: 'UDP', both: 'TCP and UDP' } as const

function Ports({ blueprint }: { readonly blueprint: Blueprint }) {
  return (
    <Card title="Ports" flush>
      <table class="table slim folds">
        <caption class="sr">Ports</caption>
        <thead>
          <tr>
            <th scope="col">Purpose</th>
            <th scope="col">Protocol</th>
            <th scope="col">Usually</th>
          </tr>
        </thead>
        <tbody>
          {blueprint.ports.map((port) => (
            <tr>
              <th scope="row">
                {port.label} {port.required ? null : <Tag>optional</Tag>}
              </th>
              <td data-label="Protocol">{protocols[port.protocol]}</td>
              <td data-label="Usually">
                <code>{port.preferred}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  )
}

function Images({ blueprint }: { readonly blueprint: Blueprint }) {
  return (
    <Card title="Images" flush>
      <ul class="list">
        {blueprint.images.map(({ label, image }) => (
          <li>
            <div class="main">
              <strong>{label}</strong>
              <small class="mono">{image}</small>
            </div>
          </li>
        ))}
        {blueprint.install ? (
          <li>
            <div class="main">
              <strong>Installation</strong>
              <small class="mono">{blueprint.install.image}</small>
            </div>
          </li>
        ) : null}
      </ul>
    </Card>
  )
}

function Rules({ blueprint }: { readonly blueprint: Blueprint }) {
  const { resources, stop, crash, ready } = blueprint
  return (
    <Card title="Rules">
      <dl class="facts">
        <dt>Memory</dt>
        <dd>
          {formatMemory(mebibytes(resources.memoryMiB))}, at least {formatMemory(mebibytes(resources.minimumMemoryMiB))}
        </dd>
        <dt>CPU</dt>
        <dd>{`${resources.cpuPercent}\u00a0%`}</dd>
        <dt>Disk</dt>
        <dd>{formatBytes(resources.diskMB * 1e6)}</dd>
        <dt>Start</dt>
        <dd class="mono">{blueprint.start.length === 0 ? 'the image’s own command' : blueprint.start.join(' ')}</dd>
        <dt>Ready</dt>
        <dd>
          {ready.when === 'line' ? (
            <>
              when the console says <code>{ready.match.map(patternText).join(' or ')}</code>
            </>
          ) : ready.when === 'port' ? (
            `when the port “${ready.port}” is open`
          ) : (
            `when it has run for ${ready.seconds} s`
          )}
          , within {ready.timeoutSeconds} s
        </dd>
        <dt>Stop</dt>
        <dd>
          <code>{stop.by.kind === 'command' ? stop.by.command : stop.by.signal}</code>, killed after {stop.graceSeconds}{' '}
          s
        </dd>
        <dt>Crash</dt>
        <dd>
          {crash.restart && crash.maxRestarts > 0
            ? `restarted, at most ${crash.maxRestarts} times in ${Math.round(crash.windowSeconds / 60)} minutes`
            : 'left off'}
        </dd>
        <dt>Files</dt>
        <dd class="mono">{blueprint.dataPath}</dd>
        <dt>Version</dt>
        <dd>{blueprint.version}</dd>
        {blueprint.homepage === undefined ? null : (
          <>
            <dt>Game</dt>
            <dd>
              <a class="link" href={blueprint.homepage} rel="noreferrer external">
                {new URL(blueprint.homepage).host}
              </a>
            </dd>
          </>
        )}
      </dl>
    </Card>
  )
}

const patternText = (pattern: LinePattern): string => ('text' in pattern ? pattern.text : `/${pattern.regex}/`)
