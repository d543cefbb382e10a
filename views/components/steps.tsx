// Where one is in a sequence of pages.
import { Icon } from './icon.tsx'

export function Steps({
  names,
  current,
}: {
  readonly names: readonly string[] /** From 0. */
  readonly current: number
}) {
  return (
    <ol class="steps actions" aria-label="Steps">
      {names.map((name, index) => (
        <li class={index < current ? 'row done' : 'row'} aria-current={index === current ? 'step' : undefined}>
          <span class="dot" aria-hidden="true">
            {index < current ? <Icon name="check" /> : index + 1}
          </span>
          <span>
            {name}
            {index < current ? <span class="sr">, done</span> : null}
          </span>
        </li>
      ))}
    </ol>
  )
}
