// Memory, CPU and disk of a server, each with its unit.
import { NumberField } from '#views/components/field.tsx'
import type { FieldErrors } from '#views/models.ts'

export interface LimitFieldsProps {
  readonly draft: { readonly memoryMiB: string; readonly cpuPercent: string; readonly diskGB: string }
  readonly errors: FieldErrors
  readonly minimumMemoryMiB?: number | undefined
  /** Only who may hand out the machine's resources changes them. */
  readonly locked?: boolean
}

export function LimitFields({ draft, errors, minimumMemoryMiB, locked = false }: LimitFieldsProps) {
  return (
    <div class="fields thirds">
      <NumberField
        field={{
          name: 'memoryMiB',
          label: 'Memory',
          hint:
            minimumMemoryMiB === undefined
              ? '1024 MiB are 1 GiB.'
              : `At least ${minimumMemoryMiB} MiB; 1024 are 1 GiB.`,
          error: errors['memoryMiB'],
        }}
        unit="MiB"
        value={draft.memoryMiB}
        min={minimumMemoryMiB ?? 16}
        step={1}
        required
        disabled={locked}
      />
      <NumberField
        field={{ name: 'cpuPercent', label: 'CPU', hint: '100 % is one core.', error: errors['cpuPercent'] }}
        unit="%"
        value={draft.cpuPercent}
        min={5}
        step={1}
        required
        disabled={locked}
      />
      <NumberField
        field={{ name: 'diskGB', label: 'Disk', error: errors['diskGB'] }}
        unit="GB"
        value={draft.diskGB}
        min={0.1}
        step={0.1}
        inputmode="decimal"
        required
        disabled={locked}
      />
    </div>
  )
}
