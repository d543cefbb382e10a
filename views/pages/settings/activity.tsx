// How long the activity log is kept. POST urls.settingsActivity with `keepDays`.
import { Button, Card, NumberField } from '#views/components/index.ts'
import type { FieldErrors, Shell } from '#views/models.ts'
import { SettingsFrame } from '#views/partials/settings-frame.tsx'
import { urls } from '#views/urls.ts'

export interface ActivitySettingsProps {
  readonly shell: Shell
  /** Stored or typed. */
  readonly keepDays: string
  readonly errors: FieldErrors
}

export function ActivitySettingsPage({ shell, keepDays, errors }: ActivitySettingsProps) {
  return (
    <SettingsFrame
      shell={shell}
      title="Activity log"
      lead="How long what people and programs did stays written down."
      errors={errors}
    >
      <form class="stack" method="post" action={urls.settingsActivity()} novalidate>
        <Card title="Activity log">
          <div class="fields">
            <NumberField
              field={{
                name: 'keepDays',
                label: 'Entries are kept for',
                hint: 'At least 30; 0 keeps them for ever. Once a day what is older goes; nothing else removes an entry.',
                error: errors['keepDays'],
              }}
              unit="days"
              value={keepDays}
              min={0}
              max={3650}
            />
          </div>
        </Card>
        <div class="actions">
          <Button type="submit" kind="primary">
            Save
          </Button>
        </div>
      </form>
    </SettingsFrame>
  )
}
