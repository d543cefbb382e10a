// What an administrator decides over a server on its settings page: POST urls.serverSuspension `reason` or `lift`;
// urls.serverOwner `to`.
import { Button, Card, TextField, Time } from '#views/components/index.ts'
import type { FieldErrors, ServerView } from '#views/models.ts'
import { urls } from '#views/urls.ts'

export interface ServerAdministrationProps {
  readonly server: ServerView
  /** What was typed, by field name, after a refused save. */
  readonly typed: Readonly<Record<string, string>>
  readonly errors: FieldErrors
}

export function ServerAdministration({ server, typed, errors }: ServerAdministrationProps) {
  return (
    <>
      <Suspension server={server} typed={typed} errors={errors} />
      <Owner server={server} typed={typed} errors={errors} />
    </>
  )
}

function Suspension({ server, typed, errors }: ServerAdministrationProps) {
  const { suspended } = server
  return (
    <form method="post" action={urls.serverSuspension(server)} novalidate>
      <Card
        title="Suspension"
        note="For administrators"
        footer={
          suspended ? (
            <Button type="submit" name="lift" value="true">
              Lift the suspension
            </Button>
          ) : (
            <Button type="submit" kind="danger">
              Suspend
            </Button>
          )
        }
      >
        {suspended ? (
          <p class="dim">
            Since <Time at={suspended.since} />. When it is lifted the server stays off until somebody starts it.
          </p>
        ) : (
          <div class="fields one">
            <TextField
              field={{
                name: 'reason',
                label: 'Reason',
                hint: 'Read by everybody who sees the server. It is stopped, its files stay, and nobody can start or change it.',
                error: errors['reason'],
              }}
              value={typed['reason'] ?? ''}
              maxlength={200}
              required
            />
          </div>
        )}
      </Card>
    </form>
  )
}

function Owner({ server, typed, errors }: ServerAdministrationProps) {
  return (
    <form method="post" action={urls.serverOwner(server)} novalidate>
      <Card title="Owner" note="For administrators" footer={<Button type="submit">Give away…</Button>}>
        <div class="fields one">
          <TextField
            field={{
              name: 'to',
              label: 'Give to',
              hint: `The address of an account. It is ${server.owner.name}’s now, who then has no more to do with it.`,
              error: errors['to'],
            }}
            type="email"
            value={typed['to'] ?? ''}
            autocomplete="off"
            required
          />
        </div>
      </Card>
    </form>
  )
}
