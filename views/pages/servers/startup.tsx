// What a server starts with: image, variables and the command line they make.
import type { Blueprint, Variable } from '#core/domain/blueprint.ts'
import { Banner, Button, Card, Empty, ErrorSummary, PageHead, SelectField } from '#views/components/index.ts'
import type { FieldErrors, ServerView, Shell } from '#views/models.ts'
import { CommandLine } from '#views/partials/command-line.tsx'
import { ServerFrame } from '#views/partials/server-frame.tsx'
import { VariableField } from '#views/partials/variable-field.tsx'
import { urls } from '#views/urls.ts'

export interface ServerStartupProps {
  readonly shell: Shell
  readonly server: ServerView
  readonly blueprint: Blueprint
  readonly image: string
  /** By variable name, as text; secrets may be given, they are never drawn. */
  readonly variables: Readonly<Record<string, string>>
  /** The resulting command line; empty: the image's own command. */
  readonly command: readonly string[]
  readonly errors: FieldErrors
}

export function ServerStartupPage(props: ServerStartupProps) {
  const { shell, server, blueprint, image, command, errors } = props
  const shown = blueprint.variables.filter(({ access }) => access !== 'hidden')
  const choices = options(blueprint, image)
  const runs = server.offered.includes('restart')
  return (
    <ServerFrame shell={shell} server={server} title="Startup">
      <PageHead title="Startup" lead="What the server starts with." />
      <ErrorSummary errors={errors} before="saving" />
      {runs ? (
        <Banner
          tone="note"
          actions={
            <form method="post" action={urls.serverPower(server)}>
              <input type="hidden" name="next" value={urls.serverStartup(server)} />
              <Button type="submit" name="action" value="restart" size="small" icon="rotate-cw">
                Restart
              </Button>
            </form>
          }
        >
          <strong>Takes effect at the next start.</strong> The server runs with what it had when it was started.
        </Banner>
      ) : null}
      <form class="stack" method="post" action={urls.serverStartup(server)} novalidate>
        <Card
          title={blueprint.name}
          footer={
            server.may.has('server.startup.update') || server.may.has('server.startup.image') ? (
              <>
                <Button type="submit" kind="primary">
                  Save
                </Button>
                <span class="dim">Takes effect at the next start.</span>
              </>
            ) : (
              <span class="dim">You may look at this, not change it.</span>
            )
          }
        >
          {shown.length === 0 && choices.length < 2 ? (
            <Empty title="No settings" text={`${blueprint.name} is set up with its own files alone.`} />
          ) : (
            <Fields {...props} shown={shown} />
          )}
        </Card>
      </form>
      <Card title="Command line" note="What comes from the settings above is marked">
        <CommandLine blueprint={blueprint} command={command} />
        <dl class="facts">
          <dt>Image</dt>
          <dd>
            <code>{image}</code>
          </dd>
        </dl>
      </Card>
    </ServerFrame>
  )
}

function Fields(props: ServerStartupProps & { readonly shown: readonly Variable[] }) {
  const { server, blueprint, image, variables, errors, shown } = props
  const choices = options(blueprint, image)
  return (
    <div class="fields">
      {choices.length > 1 ? (
        <SelectField
          field={{ name: 'image', label: 'Version', error: errors['image'] }}
          value={image}
          options={choices}
          disabled={!server.may.has('server.startup.image')}
        />
      ) : (
        <input type="hidden" name="image" value={image} />
      )}
      {shown.map((variable) => (
        <VariableField
          variable={variable}
          value={variables[variable.name]}
          error={errors[`variables.${variable.name}`]}
          mayChange={server.may.has('server.limits')}
          readonly={!server.may.has('server.startup.update')}
          existing
        />
      ))}
    </div>
  )
}

/** A blueprint may have dropped the image that the server still uses; it stays a choice. */
function options(blueprint: Blueprint, image: string) {
  const known = blueprint.images.map(({ label, image: value }) => ({ value, label }))
  return known.some(({ value }) => value === image)
    ? known
    : [...known, { value: image, label: `${image} (no longer offered)` }]
}
