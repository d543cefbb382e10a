// Asks the browser for a passkey and sends its form with the answer: static/js/passkeys.js. Hidden where there is no script
// or no support for passkeys.

import type { ButtonProps } from '#views/components/button.tsx'
import { Button } from '#views/components/index.ts'
import { urls } from '#views/urls.ts'

export interface PasskeyButtonProps {
  /** `register` makes a new one; the others sign with one that exists. */
  readonly purpose: 'register' | 'sign-in' | 'second-factor' | 'prove'
  /** Name of the field that carries the answer. */
  readonly field: string
  readonly label: string
  readonly kind?: ButtonProps['kind']
}

export function PasskeyButton({ purpose, field, label, kind = 'primary' }: PasskeyButtonProps) {
  const create = purpose === 'register'
  return (
    <>
      <input type="hidden" name={field} value="" />
      <Button
        kind={kind}
        size={create ? 'normal' : 'large'}
        wide={!create}
        icon="key-round"
        hidden
        data-passkey={create ? 'create' : 'get'}
        data-field={field}
        data-options={create ? urls.accountPasskeyOptions() : `${urls.passkeyOptions()}?purpose=${purpose}`}
      >
        {label}
      </Button>
      <p class="error" role="alert" data-passkey-error hidden />
    </>
  )
}
