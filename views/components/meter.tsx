// How full something is, ruled in small steps: in use dark, promised light; amber above 85 %, red above 95 %.

export interface MeterProps {
  /** What is measured, for screen readers. */
  readonly label: string
  readonly value: number
  readonly max: number
  /** Promised in all, drawn lighter behind the value. */
  readonly promised?: number | undefined
  /** The numbers in words, as they stand beside it. */
  readonly text: string
}

export function loadClass(value: number, max: number): '' | 'high' | 'full' {
  if (max <= 0 || value <= max * 0.85) return ''
  return value > max * 0.95 ? 'full' : 'high'
}

const percent = (value: number, max: number): string =>
  `${max > 0 ? Math.round(Math.min(100, Math.max(0, (value / max) * 100)) * 10) / 10 : 0}%`

export function Meter({ label, value, max, promised, text }: MeterProps) {
  const shown = Math.min(Math.max(value, 0), Math.max(max, 0))
  return (
    <svg
      class={`meter ${loadClass(value, max)}`.trim()}
      role="meter"
      aria-label={label}
      aria-valuemin="0"
      aria-valuemax={String(Math.max(max, 1))}
      aria-valuenow={String(shown)}
      aria-valuetext={text}
    >
      {promised === undefined ? null : <rect class="promised" width={percent(promised, max)} />}
      <rect width={percent(value, max)} />
    </svg>
  )
}

/** A meter under its name and numbers. */
export function Gauge(props: MeterProps & { readonly heading?: string }) {
  return (
    <div class="gauge">
      <span>
        {props.heading === undefined ? null : <span>{props.heading}</span>}
        <span>{props.text}</span>
      </span>
      <Meter {...props} />
    </div>
  )
}
