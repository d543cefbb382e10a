// The sentence that survived a redirect: a toast with script, a line at the top of the page without.
import { Icon } from '#views/components/index.ts'
import type { Shell } from '#views/models.ts'

export function Flash({ flash }: { readonly flash: NonNullable<Shell['flash']> }) {
  return (
    <div
      class={flash.kind === 'bad' ? 'toast row bad' : 'toast row'}
      role={flash.kind === 'bad' ? 'alert' : 'status'}
      data-toast
    >
      <Icon name={flash.kind === 'bad' ? 'circle-alert' : 'circle-check'} />
      <p>{flash.text}</p>
      <button type="button" class="button ghost icon-only small only-script" data-dismiss aria-label="Dismiss">
        <Icon name="x" />
      </button>
    </div>
  )
}
