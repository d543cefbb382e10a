// Progress of something that ends; without a value it is on its way.

export interface ProgressProps {
  readonly label: string
  readonly value?: number | undefined
  readonly max?: number
  readonly done?: boolean
}

export function Progress({ label, value, max = 100, done = false }: ProgressProps) {
  return (
    <progress
      class={done ? 'done' : undefined}
      aria-label={label}
      max={max}
      value={done ? max : value === undefined ? undefined : Math.min(Math.max(value, 0), max)}
    />
  )
}
